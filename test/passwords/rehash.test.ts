import t, { type Test } from 'tap'
import {
  build,
  databaseOf,
  getMe,
  onBoth,
  query,
  register,
  secretFor,
  signIn,
  type DatabaseKind,
  type TokenResponse,
} from '../support/build.ts'
import { tokenOf } from '../support/mailbox.ts'
import {
  changeAccount,
  changePassword,
  confirmEmail,
  deleteAccount,
  newPassword,
  resetMail,
  resetWith,
} from '../support/recovery.ts'

const dearer = { ARGON2_TIME: '2', ARGON2_MEMORY_KIB: '8192' }
const [former, present] = [/^\$argon2id\$v=19\$m=7168,t=1,p=1\$/, /^\$argon2id\$v=19\$m=8192,t=2,p=1\$/]

/** Ada's hash was made before the parameters were raised; whenever it is written from now on, that is counted. */
async function raised(t: Test, database: DatabaseKind) {
  const folder = t.testdir()
  const place =
    database === 'sqlite'
      ? { DATABASE_URL: `file:${folder}/latchkey.db`, DATA_DIR: folder }
      : await databaseOf(t, database)
  const run = (statement: string) => query<{ value: unknown }>(String(place.DATABASE_URL), statement)
  const before = await build(t, { environment: place })
  await register(before.app, 'ada', { email: 'ada@example.com' })
  const { app, mailbox } = await build(t, { environment: { ...place, ...dearer }, clock: before.clock })

  await run('create table writings (hash text)')
  if (database === 'sqlite') {
    await run(
      'create trigger writing after update of password_hash on users begin insert into writings values ' +
        '(new.password_hash); end',
    )
  } else {
    await run(
      'create function note() returns trigger language plpgsql as $$ begin insert into writings values ' +
        '(new.password_hash); return new; end $$',
    )
    await run('create trigger writing after update of password_hash on users for each row execute function note()')
  }
  return {
    app,
    former: before.app,
    mails: [...(await before.mailbox.collect(before.app)), ...(await mailbox.collect(app))],
    mailbox,
    hash: async () => String((await run('select password_hash as value from users'))[0]?.value),
    writings: async () => (await run('select hash as value from writings')).map(({ value }) => String(value)),
  }
}

onBoth(
  t,
  'with raised parameters a password is rehashed at the next sign-in, once, of fifty at once (P5)',
  async (t, database) => {
    const { app, former: formerApp, hash, writings } = await raised(t, database)
    t.match(await hash(), former)
    t.equal((await signIn(app, 'ada', { password: newPassword })).statusCode, 401)
    t.strictSame(await writings(), [], 'a wrong password tells nothing')

    const signIns = await Promise.all(Array.from({ length: 50 }, () => signIn(app, 'ada')))
    for (const response of signIns) {
      t.equal(response.statusCode, 200)
      t.equal((await getMe(app, response.json<TokenResponse>().access_token)).statusCode, 200, 'it ends no session')
    }
    t.match(await writings(), [present])
    const renewed = await hash()
    t.match(renewed, present)
    t.equal((await signIn(app, 'ada')).statusCode, 200, 'the password is the same')
    t.equal((await signIn(app, 'ada', { password: newPassword })).statusCode, 401)
    t.equal(await hash(), renewed)
    t.equal((await writings()).length, 1)
    t.equal((await signIn(formerApp, 'ada')).statusCode, 200, 'also where the parameters are not raised yet')
    t.equal(await hash(), renewed, 'which does not weaken it (A10)')
  },
)

t.test('so it is wherever else the password is typed (P5)', async (t) => {
  const ways: Array<
    [
      what: string,
      type: (built: Awaited<ReturnType<typeof raised>>, token: string) => Promise<{ statusCode: number }>,
      status: number,
    ]
  > = [
    [
      'to change the address',
      ({ app }, token) => changeAccount(app, token, { email: 'ada@example.org', current_password: secretFor('ada') }),
      200,
    ],
    [
      'to confirm it',
      ({ app, mails }) => confirmEmail(app, { token: tokenOf(mails[0]), current_password: secretFor('ada') }),
      204,
    ],
    ['to choose another, which is refused', ({ app }, token) => changePassword(app, token, { next: 'short' }), 400],
  ]
  for (const [what, type, status] of ways) {
    const built = await raised(t, 'sqlite')
    const { access_token: token } = (await signIn(built.former, 'ada')).json<TokenResponse>()
    t.match(await built.hash(), former)
    t.equal((await type(built, token)).statusCode, status, what)
    t.match(await built.writings(), [present], what)
    t.equal((await signIn(built.app, 'ada')).statusCode, 200, what)
    t.equal((await built.writings()).length, 1, what)
  }
})

t.test('another password is hashed as is configured now, changed or reset (P5)', async (t) => {
  const { app, former: formerApp, hash, mailbox } = await raised(t, 'sqlite')
  const { access_token: token } = (await signIn(formerApp, 'ada')).json<TokenResponse>()
  t.equal((await changePassword(app, token)).statusCode, 200)
  const changed = await hash()
  t.match(changed, present)
  await mailbox.collect(app)
  t.equal((await resetWith(app, { token: tokenOf(await resetMail(app, mailbox)) })).statusCode, 204)
  t.match(await hash(), present)
  t.not(await hash(), changed)
  const { access_token: last } = (await signIn(app, 'ada', { password: newPassword })).json<TokenResponse>()
  t.equal((await deleteAccount(app, last, newPassword)).statusCode, 204)
})
