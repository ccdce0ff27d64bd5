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

const raisedCost = { ARGON2_TIME: '2', ARGON2_MEMORY_KIB: '8192' }
const [previous, present] = [/^\$argon2id\$v=19\$m=7168,t=1,p=1\$/, /^\$argon2id\$v=19\$m=8192,t=2,p=1\$/]

/** Raises the parameters after ada has registered, and records every later write of her hash. */
async function raiseParameters(t: Test, database: DatabaseKind) {
  const folder = t.testdir()
  const place =
    database === 'sqlite'
      ? { DATABASE_URL: `file:${folder}/latchkey.db`, DATA_DIR: folder }
      : await databaseOf(t, database)
  const run = (statement: string) => query<{ value: unknown }>(String(place.DATABASE_URL), statement)
  const before = await build(t, { environment: place })
  await register(before.app, 'ada', { email: 'ada@example.com' })
  const { app, mailbox } = await build(t, { environment: { ...place, ...raisedCost }, clock: before.clock })

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
    previous: before.app,
    mails: [...(await before.mailbox.collect(before.app)), ...(await mailbox.collect(app))],
    mailbox,
    hash: async () => String((await run('select password_hash as value from users'))[0]?.value),
    writings: async () => (await run('select hash as value from writings')).map(({ value }) => String(value)),
  }
}

onBoth(
  t,
  'with raised parameters, a password is rehashed at the next sign-in, once among fifty simultaneous ones (P5)',
  async (t, database) => {
    const { app, previous: previousApp, hash, writings } = await raiseParameters(t, database)
    t.match(await hash(), previous)
    t.equal((await signIn(app, 'ada', { password: newPassword })).statusCode, 401)
    t.strictSame(await writings(), [], 'a wrong password causes no rehash')

    const signIns = await Promise.all(Array.from({ length: 50 }, () => signIn(app, 'ada')))
    for (const response of signIns) {
      t.equal(response.statusCode, 200)
      t.equal(
        (await getMe(app, response.json<TokenResponse>().access_token)).statusCode,
        200,
        'the rehash ends no session',
      )
    }
    t.match(await writings(), [present])
    const renewed = await hash()
    t.match(renewed, present)
    t.equal((await signIn(app, 'ada')).statusCode, 200, 'the password is unchanged')
    t.equal((await signIn(app, 'ada', { password: newPassword })).statusCode, 401)
    t.equal(await hash(), renewed)
    t.equal((await writings()).length, 1)
    t.equal(
      (await signIn(previousApp, 'ada')).statusCode,
      200,
      'also on an instance whose parameters are not raised yet',
    )
    t.equal(await hash(), renewed, 'the other instance does not weaken it (A10)')
  },
)

t.test('a password is also rehashed wherever else it is entered (P5)', async (t) => {
  const entries: Array<
    [
      what: string,
      type: (built: Awaited<ReturnType<typeof raiseParameters>>, token: string) => Promise<{ statusCode: number }>,
      status: number,
    ]
  > = [
    [
      'change of the address',
      ({ app }, token) => changeAccount(app, token, { email: 'ada@example.org', current_password: secretFor('ada') }),
      200,
    ],
    [
      'confirmation of the address',
      ({ app, mails }) => confirmEmail(app, { token: tokenOf(mails[0]), current_password: secretFor('ada') }),
      204,
    ],
    ['rejected change of the password', ({ app }, token) => changePassword(app, token, { next: 'short' }), 400],
  ]
  for (const [what, type, status] of entries) {
    const built = await raiseParameters(t, 'sqlite')
    const { access_token: token } = (await signIn(built.previous, 'ada')).json<TokenResponse>()
    t.match(await built.hash(), previous)
    t.equal((await type(built, token)).statusCode, status, what)
    t.match(await built.writings(), [present], what)
    t.equal((await signIn(built.app, 'ada')).statusCode, 200, what)
    t.equal((await built.writings()).length, 1, what)
  }
})

t.test('a changed or reset password is hashed with the current parameters (P5)', async (t) => {
  const { app, previous: previousApp, hash, mailbox } = await raiseParameters(t, 'sqlite')
  const { access_token: token } = (await signIn(previousApp, 'ada')).json<TokenResponse>()
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
