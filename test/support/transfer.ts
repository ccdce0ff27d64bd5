import type { Test } from 'tap'
import { createAudit } from '../../src/audit/audit.ts'
import { createTotpSecrets } from '../../src/factors/totp-secrets.ts'
import { createMasterKey } from '../../src/keys/master-key.ts'
import { exportAccounts } from '../../src/transfer/export-users.ts'
import { createImporter, type Line } from '../../src/transfer/import-users.ts'
import { openStore } from '../../src/store/store.ts'
import { build, createClock, databaseOf, query, secretFor, type DatabaseKind } from './build.ts'
import { emptyFolder } from './spawn.ts'

/** A database, and functions that import records into it. */
export async function openService(t: Test, database: DatabaseKind) {
  const place =
    database === 'sqlite'
      ? { DATABASE_URL: `file:${await emptyFolder(t)}/latchkey.db`, MASTER_KEY: secretFor('master key') }
      : await databaseOf(t, database)
  const clock = createClock()
  const store = await openStore(String(place.DATABASE_URL))
  t.teardown(() => store.close())
  const totpSecrets = createTotpSecrets({ masterKey: createMasterKey(String(place.MASTER_KEY)), now: clock.now })
  const audit = createAudit({ store, now: clock.now, keepDays: 365 })

  async function takeLines(lines: Line[], isDryRun = false, usernames: 'required' | 'optional' = 'required') {
    const importer = createImporter({
      store,
      audit,
      openTotpSecrets: async () => totpSecrets,
      now: clock.now,
      isDryRun,
      usernames,
    })
    const verdicts = []
    // In batches of three, so that duplicates also occur across batches.
    for (let start = 0; start < lines.length; start += 3) {
      verdicts.push(...(await importer.take(lines.slice(start, start + 3))))
    }
    await importer.end(true)
    importer.close()
    return verdicts.map(({ outcome, reason }) => reason ?? outcome)
  }

  return {
    store,
    audit,
    totpSecrets,
    clock,
    takeLines,
    /** Two imports of the same records at once. */
    takeTogether: (records: Line['content'][]) => {
      const lines = records.map((content, index) => ({ number: index + 1, content }))
      return Promise.all([takeLines(lines, false, 'optional'), takeLines(lines, false, 'optional')])
    },
    /** @returns the outcome of each record, or the reason of its rejection */
    take: (records: Line['content'][], isDryRun = false, usernames: 'required' | 'optional' = 'required') =>
      takeLines(
        records.map((content, index) => ({ number: index + 1, content })),
        isDryRun,
        usernames,
      ),
    /** All accounts as exported. */
    async all() {
      const records = []
      for await (const record of exportAccounts({ store, audit })) records.push(record)
      return records
    },
    rows: () => query(String(place.DATABASE_URL), 'select * from users order by id'),
    build: () => build(t, { environment: place, clock }),
  }
}
