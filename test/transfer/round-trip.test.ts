import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { Line } from '../../src/transfer/import-users.ts'
import { writeExportFile } from '../../src/cli/write-export.ts'
import { readRecord } from '../../src/transfer/user-records.ts'
import { formats, openRecordFile } from '../../src/transfer/record-files.ts'
import { openService } from '../support/transfer.ts'
import { vectors } from '../support/password-vectors.ts'
import { onBoth, register, signIn } from '../support/build.ts'
import { addDevice, codeAt, enrolled, outcomeOf, step } from '../support/factors.ts'
import { emptyFolder } from '../support/spawn.ts'

const { signal } = new AbortController()

// Names that any user may register with.
const names = [
  'Lovelace, "Ada"',
  '"',
  '=HYPERLINK("https://example.com")',
  '+1',
  '-1',
  '@SUM(1)',
  "'=1",
  'a;=HYPERLINK("https://example.com")',
  "a;'=1;'';-1",
  'a;"=1"',
  'a\t\t=1;\t+1',
  '＝1+1;＠A1',
  "'tis",
  ' spaces ',
  '\ttab',
  'zoë 👩‍🚀',
  '{"username":"x"}',
  'null',
  'x'.repeat(128),
]

/** An account for each kind of hash and each unusual name. */
const people = [
  ...vectors
    .filter((_vector, index) => index % 7 === 0)
    .map(({ hash }, index) => ({
      username: `hashed ${index}`,
      password_hash: hash,
      disabled: index % 2 === 0,
      created_at: `2019-12-10T10:00:00.${100 + index}Z`,
    })),
  ...names.map((name, index) => ({
    username: `named ${index}`,
    name,
    email: `n${index}@example.com`,
    email_verified: index % 2 === 0,
  })),
  { username: '-İ.ß_+', email: '=1+1@example.com', scopes: ['+posts', 'posts:write', 'a,b'] },
  { username: '+1', email: 'N0@Example.com', email_verified: false },
]

onBoth(
  t,
  'an export is imported into an empty database of either kind as the same accounts, in both formats (X10)',
  async (t, database) => {
    const built = await openService(t, database)
    t.strictSame([...new Set(await built.take(people))], ['imported'])
    const { app } = await built.build()
    await register(app, 'registered', { email: 'n0@example.com' })
    const folder = await emptyFolder(t)
    for (const format of formats) {
      const path = join(folder, `people.${format}`)
      await writeExportFile(path, { ...built, format, signal })
      t.equal((await stat(path)).mode & 0o777, 0o600)
      const text = await readFile(path, 'utf8')
      t.equal(text.split('\n').length, people.length + (format === 'csv' ? 3 : 2))
      if (format === 'csv') {
        t.strictSame(
          text.match(/(?<=^|[,;\t]"?)[=+@\t＝＠-]/gm)?.length ?? 0,
          0,
          'no value is a formula for a spreadsheet',
        )
      }

      const other = await openService(t, database === 'sqlite' ? 'postgres' : 'sqlite')
      const lines: Line[] = []
      for await (const line of (await openRecordFile(path, { format, usernames: 'required', signal })).records()) {
        lines.push(line)
      }
      t.strictSame([...new Set(await other.takeLines(lines, true))], ['imported'])
      t.strictSame([...new Set(await other.takeLines(lines))], ['imported'])
      const withoutChange = (rows: Record<string, unknown>[]) =>
        rows.map((row) => ({ ...row, created_at: Number(row.created_at), updated_at: undefined }))
      t.strictSame(withoutChange(await other.rows()), withoutChange(await built.rows()))
      t.strictSame([...new Set(await other.takeLines(lines))], ['already there'])

      await writeFile(path, 'something else')
      await t.rejects(writeExportFile(path, { ...built, format, signal }), {
        code: 'start_refused',
        message: /the file already exists/,
      })
      t.equal(await readFile(path, 'utf8'), 'something else')
    }
  },
)

onBoth(
  t,
  'an export with secrets keeps second factors, which count at once and have no recovery codes (T5)',
  async (t, database) => {
    const built = await openService(t, database)
    const { app } = await built.build()
    const ada = await enrolled(app, built.clock, 'ada')
    const { secret: second } = await addDevice(app, built.clock, ada.accessToken, 'Tablet')
    await register(app, 'bob')
    // One format for each direction.
    const [format, kind] = database === 'sqlite' ? (['csv', 'postgres'] as const) : (['jsonl', 'sqlite'] as const)
    const folder = await emptyFolder(t)
    async function linesOf(name: string, secrets: Partial<typeof built>) {
      const path = join(folder, name)
      await writeExportFile(path, { ...built, totpSecrets: undefined, ...secrets, format, signal })
      const text = await readFile(path, 'utf8')
      t.equal(text.includes('totp_secret') && text.includes(second), 'totpSecrets' in secrets)
      const lines: Line[] = []
      for await (const line of (await openRecordFile(path, { format, usernames: 'required', signal })).records()) {
        lines.push(line)
      }
      return lines
    }
    const other = await openService(t, kind)
    const lines = await linesOf('secret', { totpSecrets: built.totpSecrets })
    t.strictSame(await other.takeLines(lines, true), ['imported', 'imported'])
    t.strictSame(await other.takeLines(lines), ['imported', 'imported'])
    t.match(await other.rows(), [
      { second_factors: 2, factors_version: 1 },
      { second_factors: 0, factors_version: 0 },
    ])
    other.clock.advance(-step)
    const { app: next } = await other.build()
    const signedIn = async (otp?: string) => outcomeOf(await signIn(next, 'ada', otp === undefined ? {} : { otp }))
    t.equal(await signedIn(codeAt(second, other.clock.now())), '400 invalid_otp', 'a code from before the import')
    other.clock.advance(2 * step)
    t.equal(await signedIn(), '403 mfa_required')
    t.equal(await signedIn(ada.recoveryCodes[0]), '400 invalid_otp')
    for (const secret of [ada.secret, second]) {
      t.equal(await signedIn(codeAt(secret, other.clock.now())), '200')
      t.equal(await signedIn(codeAt(secret, other.clock.now())), '400 invalid_otp', 'valid once')
    }

    for (const { number, content } of await linesOf('plain', {})) {
      const context = { now: other.clock.now(), usernames: 'required' as const }
      const { missingFactors, totpSecrets } = readRecord(contentOf(content), context)
      t.strictSame([missingFactors, totpSecrets], [number === lines[0]?.number ? 2 : 0, []])
    }
  },
)

t.test('a line break in a name is kept in JSON and becomes a space in CSV', async (t) => {
  const built = await openService(t, 'sqlite')
  await built.take([{ username: 'ada', name: 'Ada\r\nLovelace\n', created_at: '2019-12-10' }])
  const folder = await emptyFolder(t)
  for (const [format, name] of [
    ['jsonl', 'Ada\r\nLovelace\n'],
    ['csv', 'Ada Lovelace '],
  ] as const) {
    const path = join(folder, `people.${format}`)
    await writeExportFile(path, { ...built, format, signal })
    for await (const { content } of (await openRecordFile(path, { format, usernames: 'required', signal })).records()) {
      t.match(content, { username: 'ada', name })
    }
  }
})

t.test('an interrupted export says that it is incomplete', async (t) => {
  const built = await openService(t, 'sqlite')
  await built.take([{ username: 'ada' }])
  await t.rejects(
    writeExportFile(join(await emptyFolder(t), 'people.csv'), {
      ...built,
      format: 'csv',
      signal: AbortSignal.abort(),
    }),
    {
      code: 'start_refused',
      message: /interrupted after 0 users/,
    },
  )
})

function contentOf(content: Line['content']) {
  if (typeof content === 'string') throw new Error(content)
  return content
}
