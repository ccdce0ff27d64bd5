import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import {
  build,
  createClock,
  createPostgresDatabase,
  onBoth,
  query,
  signIn,
  type DatabaseKind,
} from '../support/build.ts'
import { codeAt, enrolled, outcomeOf, step } from '../support/factors.ts'
import { placeOf, type Place } from '../support/forged-tokens.ts'
import { endCredentials, issueCredentials, assertEnded } from '../support/issued.ts'
import { latchkey } from '../support/latchkey-command.ts'

/** Copies a database with the database's own tools. No connection to the original may be open. */
async function copyOf(t: Test, place: Place, database: DatabaseKind): Promise<Place> {
  if (database === 'sqlite') {
    const path = join(place.DATA_DIR, 'recovered.db')
    await copyFile(join(place.DATA_DIR, 'latchkey.db'), path)
    return { ...place, DATABASE_URL: `file:${path}` }
  }
  const url = await createPostgresDatabase(t)
  const [name, template] = [url, place.DATABASE_URL].map((url) => new URL(url).pathname.slice(1))
  const server = String(process.env.TEST_POSTGRES_URL)
  await query(server, `drop database ${name}`)
  await query(server, `create database ${name} template ${template}`)
  return { ...place, DATABASE_URL: url }
}

onBoth(
  t,
  'after an external restore, ended sessions, used links and withdrawn keys stay ended (S17, T5)',
  async (t, database) => {
    const place = await placeOf(t, database)
    const clock = createClock()
    const before = await build(t, { environment: place, clock })
    const cleo = await enrolled(before.app, clock, 'cleo')
    const given = await issueCredentials(before.app, before.mailbox)
    await before.app.close()
    const recovered = await copyOf(t, place, database)

    const since = await build(t, { environment: place, clock })
    await endCredentials(since.app, given)
    const otp = codeAt(cleo.secret, clock.now())
    t.equal(outcomeOf(await signIn(since.app, 'cleo', { otp })), '200')
    await since.app.close()

    const versions = () => query(recovered.DATABASE_URL, 'select password_version from users')
    const [previous] = await versions()
    const { code, stdout, stderr } = await latchkey(t, place.DATA_DIR, recovered, 'restored')
    t.strictSame([code, stderr], [0, ''])
    const revoked = 'sessions (3), signing keys (1), e-mailed links (2), waiting e-mails (0)'
    t.equal(stdout.split(', and all')[0], `Revoked: ${revoked}`)
    t.match(stdout, /\n\n[^]*Deleted users exist again/)
    const [version] = await versions()
    t.ok(
      Number(version?.password_version) > Number(previous?.password_version) + 1,
      'device tokens are invalid, even after a password change since then',
    )
    t.match(await query(recovered.DATABASE_URL, "select actor_type from events where event = 'backup_restored'"), [
      { actor_type: 'command' },
    ])

    const again = await latchkey(t, place.DATA_DIR, recovered, 'restored', '--json')
    t.strictSame(
      JSON.parse(again.stdout),
      { ended: { sessions: 0, keys: 0, links: 0, mails: 0 } },
      'a second run changes nothing',
    )
    const after = await build(t, { environment: recovered, clock })
    await assertEnded(t, after.app, given)
    t.equal(outcomeOf(await signIn(after.app, 'cleo')), '403 mfa_required', 'the second factor is still there (T5)')
    t.equal(outcomeOf(await signIn(after.app, 'cleo', { otp })), '400 invalid_otp', 'a used code is not good again')
    clock.advance(2 * step)
    t.equal(outcomeOf(await signIn(after.app, 'cleo', { otp: codeAt(cleo.secret, clock.now()) })), '200')
  },
)
