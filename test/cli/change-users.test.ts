import t from 'tap'
import { ask, outcomeOf, userWithScopes } from '../support/administration.ts'
import {
  build,
  getMe,
  minute,
  onBoth,
  query,
  refresh,
  register,
  secretFor,
  signedUp,
  signIn,
} from '../support/build.ts'
import { addPasskey, signInWithPasskey } from '../support/authenticator.ts'
import { addDevice } from '../support/factors.ts'
import { registerVerified } from '../support/recovery.ts'
import { placeOf } from '../support/forged-tokens.ts'
import { latchkey, runCommand } from '../support/latchkey-command.ts'
import { createTerminal } from '../support/terminal.ts'

const actsIn = (url: string) => query(url, "select event, user_id from events where actor_type = 'command' order by id")

onBoth(
  t,
  'changes by the command apply to the user’s next request and are recorded as made by the command',
  async (t, database) => {
    const place = await placeOf(t, database)
    const { app, clock, mailbox } = await build(t, { environment: { ...place, SIGN_IN_ATTEMPTS: '2' } })
    await registerVerified(app, mailbox)
    const ada = (await signIn(app, 'ada')).json()
    const users = async (...parameters: string[]) => {
      const { code, stdout, stderr } = await latchkey(t, place.DATA_DIR, place, 'users', ...parameters)
      t.strictSame([code, stderr], [0, ''], parameters.join(' '))
      return stdout
    }
    const { id } = JSON.parse(await users('show', 'ADA@example.com', '--json'))

    t.equal(await users('disable', 'ada'), 'ada is disabled. All sessions have ended.')
    t.equal((await getMe(app, ada.access_token)).statusCode, 401)
    t.equal((await refresh(app, ada.refresh_token)).statusCode, 400)
    t.equal((await signIn(app, 'ada')).statusCode, 401)
    t.match(JSON.parse(await users('enable', id.toUpperCase(), '--json')), { id, disabled: false })
    const again = (await signIn(app, 'ada')).json()

    t.match(await users('sessions', 'ada'), /^ID +DEVICE +IP ADDRESS +SIGNED IN +LAST USED +EXPIRES\n[\w-]{36} /)
    const {
      sessions: [session],
    } = JSON.parse(await users('sessions', 'ada', '--json'))
    t.equal(await users('sessions', 'ada', '--end', session.id), 'The session of ada has ended.')
    t.equal((await getMe(app, again.access_token)).statusCode, 401)
    t.equal(await users('sessions', 'ada'), 'ada has no sessions.')
    await users('sessions', 'ada', '--end')

    for (let time = 0; time < 3; time++) await signIn(app, 'ada', { password: secretFor('guess') })
    t.equal(outcomeOf(await signIn(app, 'ada')), '429 slow_down')
    t.equal(await users('unlock', 'ada'), 'ada is unlocked.')
    const { access_token: token } = (await signIn(app, 'ada')).json()

    t.equal(
      await users('scopes', 'ada', '--add', 'posts:write users:write'),
      'ada has these scopes: posts:write users:write',
    )
    t.match(
      JSON.parse(await users('scopes', 'ada', '--admin', '--remove', 'posts:write', '--json')).scopes.toSorted(),
      ['audit:read', 'clients:write', 'keys:write', 'users:read', 'users:write'],
    )
    const { access_token: adminToken } = (await signIn(app, 'ada', { scope: 'users:read users:write' })).json()
    t.equal(outcomeOf(await ask(app, adminToken, 'GET', '/users')), '200')

    // The first factor ends the other sessions, so it is added in the one that is used below.
    await addDevice(app, clock, token)
    const { passkey } = await addPasskey(app, token)
    t.equal(outcomeOf(await signIn(app, 'ada')), '403 mfa_required')
    t.match(await users('show', 'ada'), /^factors: {4}authenticator apps: 1, passkeys: 1$/m)
    t.equal(await users('reset-factors', 'ada'), 'Removed 2 second factors of ada.')
    t.equal(outcomeOf(await signInWithPasskey(app, passkey)), '400 invalid_passkey')
    t.equal((await getMe(app, token)).statusCode, 401, 'all sessions have ended')
    const { access_token: last } = (await signIn(app, 'ada')).json()
    t.match(JSON.parse(await users('reset-factors', 'ada', '--json')), { id })

    clock.advance(minute)
    t.ok((await mailbox.collect(app)).some(({ subject }) => subject.includes('factors were removed')))
    t.match(await users('reset-password', 'ada'), /The service will send ada a link/)
    clock.advance(minute)
    t.match(await mailbox.collect(app), [{ to: 'ada@example.com', subject: 'Reset your Latchkey password' }])
    t.equal((await getMe(app, last)).statusCode, 200)

    await register(app, 'eve')
    await users('scopes', 'eve', '--admin')
    t.equal(await users('delete', 'ada', '--yes'), 'ada is deleted.')
    t.equal((await getMe(app, last)).statusCode, 401)
    t.equal(outcomeOf(await register(app, 'ada')), '409 username_taken')
    t.match(
      (await actsIn(place.DATABASE_URL)).filter(({ user_id: userId }) => userId === id).map(({ event }) => event),
      [
        'user_disabled',
        'user_enabled',
        'sessions_ended',
        'account_unlocked',
        'scopes_changed',
        'scopes_changed',
        'second_factors_reset',
        'password_reset_requested',
        'account_deleted',
      ],
    )
  },
)

t.test('a rejected change has no effect, and no name or claimed address matches another account', async (t) => {
  const place = await placeOf(t)
  const { app } = await build(t, { environment: place })
  const change = async (statement: string) => {
    await query(place.DATABASE_URL, statement)
  }
  const admin = await userWithScopes(app, change, 'users:write', 'ada')
  await register(app, 'eve', { email: 'boss@example.com' })
  await register(app, admin.id, { email: 'boss@example.com' })
  const before = await query(place.DATABASE_URL, 'select * from users order by id')
  for (const [parameters, words] of [
    [['disable', 'ada'], /This is the last enabled user with the scope users:write/],
    [['scopes', 'ada', '--remove', 'users:write'], /This is the last enabled user/],
    [['scopes', 'ada', '--remove', 'posts:write'], /ada does not have these scopes: posts:write/],
    [['scopes', 'boss@example.com', '--admin'], /boss@example\.com is unverified.*eve.*Use the username or id/],
    [
      ['unlock', 'nob\u001b[31mody'],
      /There is no user "nob\\u001b\[31mody"\. To list all users, run: latchkey users list/,
    ],
    [['delete', 'eve'], /without a terminal\. .* add --yes/],
    [['sessions', 'eve', '--end', 'nothing'], /There is no such session/],
    [['reset-password', 'ada'], /no e-mail address/],
    [['list', '--cursor', 'x'], /cursor must be /],
  ] as const) {
    const { code, stdout, stderr } = await latchkey(t, place.DATA_DIR, place, 'users', ...parameters)
    t.strictSame([code, stdout], [1, ''], parameters.join(' '))
    t.match(stderr, words)
  }
  t.strictSame(await query(place.DATABASE_URL, 'select * from users order by id'), before)
})

t.test('on a terminal, a deletion asks for confirmation first', async (t) => {
  const place = await placeOf(t)
  const { app } = await build(t, { environment: place })
  await signedUp(app, 'ada')
  for (const [answer, says, status] of [
    ['n', /Not confirmed/, 200],
    ['\u0004', /Not confirmed/, 200],
    ['y', /ada is deleted/, 401],
  ] as const) {
    const terminal = createTerminal([[/Delete ada permanently\? \[y\/N\]/, `${answer}\r`]])
    const { code, stdout } = await runCommand(t, {
      environment: place,
      parameters: ['users', 'delete', 'ada'],
      stdin: terminal.input,
      stderr: terminal.output,
    })
    t.match(terminal.shown() + stdout, says)
    t.equal(code, status === 200 ? 1 : 0)
    t.equal((await signIn(app, 'ada')).statusCode, status)
  }
})
