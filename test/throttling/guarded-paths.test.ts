import t from 'tap'
import type { FastifyInstance } from 'fastify'
import { getMe, onBoth, refresh, secretFor, signIn, type TokenResponse } from '../support/build.ts'
import { asUser } from '../support/factors.ts'
import { codeOf, tokenOf, type Mailbox } from '../support/mailbox.ts'
import { postPage } from '../support/pages.ts'
import { askReset, changeAccount, changePassword, confirmEmail, deleteAccount, resetWith } from '../support/recovery.ts'
import { buildGuarded, slowDown, type SignedIn } from '../support/throttling.ts'

const wrong = secretFor('wrong')
const code = '12345678'

/** Every path that accepts a password or a code, here a wrong one. */
const paths: Record<
  string,
  (
    app: FastifyInstance,
    account: Account,
  ) => Promise<{ statusCode: number; headers: Record<string, unknown>; body: string }>
> = {
  'a sign-in': async (app, { username }) => signIn(app, username, { password: wrong }),
  'a password, signed in': async (app, { session }) =>
    asUser(app, session, 'POST', '/reauthenticate', { current_password: wrong }),
  'an e-mail change': async (app, { session }) =>
    changeAccount(app, session, { email: 'new@example.com', current_password: wrong }),
  'a password change': async (app, { session }) => changePassword(app, session, { current: wrong }),
  'a deletion': async (app, { session }) => deleteAccount(app, session, wrong),
  'a verification code, signed in': async (app, { session }) =>
    confirmEmail(app, { code }, { authorization: `Bearer ${session}` }),
  'a verification code with the password': async (app, { username }) =>
    confirmEmail(app, { username, code, current_password: secretFor(username) }),
  'a verification link with a wrong password': async (app, { verification }) =>
    confirmEmail(app, { token: verification, current_password: wrong }),
  'a reset code': async (app, { username }) => resetWith(app, { username, code }),
  'a reset code on the page': async (app, { username }) =>
    postPage(app, 'reset-password', { intent: 'set', username, code, new_password: wrong }),
  'a verification code on the page': async (app, { username }) =>
    postPage(app, 'verify-email', { intent: 'confirm', username, code, password: secretFor(username) }),
  'a verification link on the page': async (app, { verification }) =>
    postPage(app, 'verify-email', { intent: 'confirm', token: verification, password: wrong }),
}

onBoth(
  t,
  'every path that accepts a password or a code allows five wrong ones, counted together (S7)',
  async (t, database) => {
    const { app, counts, mailbox, change, people, rows } = await buildGuarded(t, database)
    const failures = async () =>
      (await rows("select event from events where outcome = 'failure' order by id")).map(({ event }) => event)
    for (const [index, [path, attempt]] of Object.entries(paths).entries()) {
      const account = await registerAccount(app, mailbox, `ada ${index}`)
      await change('delete from throttles')
      const earlier = (await failures()).length
      for (let time = 0; time < 5; time++) {
        t.equal((await attempt(app, account)).statusCode, path === 'a sign-in' ? 401 : 400, path)
      }
      t.strictSame((await failures()).splice(earlier), Array(5).fill(failureOf(path)), path)
      const response = await attempt(app, account)
      t.equal(response.statusCode, 429, path)
      t.equal(response.headers['retry-after'], '1', path)
      t.match(response.body, slowDown(1).body.detail, path)
      t.strictSame(await counts(), [5, 5, 5], path)
      t.equal((await signIn(app, account.username)).statusCode, 429, `${path}: the limit covers all paths`)
      t.strictSame((await failures()).splice(earlier + 5), ['sign_in_throttled', 'sign_in_throttled'])
    }
    await people('eve')
    t.equal((await signIn(app, 'eve')).statusCode, 200, 'other users are unaffected')
  },
)

t.test('a disabled user fails on every path even with the right password, which counts as wrong (S6)', async (t) => {
  const { app, counts, change, disable, events, mailbox } = await buildGuarded(t, 'sqlite')
  const { username, session, verification } = await registerAccount(app, mailbox, 'ada')
  const { refresh_token: refreshToken, device_token: deviceToken } = (await signIn(app, username)).json<SignedIn>()
  await change("update users set email_verified = 1, pending_email = 'new@example.com'")
  await askReset(app, username)
  const [mail] = (await mailbox.collect(app)).filter(({ text }) => text.includes('#pr_'))
  await disable(username)
  await change('delete from throttles')
  await change('delete from known_networks')

  const password = secretFor('ada')
  t.strictSame(
    [
      (await getMe(app, session)).statusCode,
      (await refresh(app, refreshToken)).statusCode,
      (await resetWith(app, { token: tokenOf(mail) })).statusCode,
    ],
    [401, 400, 400],
    'tokens and links from before',
  )
  t.strictSame(await counts(), [])
  const valid = {
    'a sign-in': await signIn(app, 'ada'),
    'a sign-in with a known device': await signIn(app, 'ada', { device_token: deviceToken }),
    'a sign-in by e-mail': await signIn(app, 'ada@example.com', { password }),
    'a reset code': await resetWith(app, { username, code: codeOf(mail) }),
    'a verification link': await confirmEmail(app, { token: verification, current_password: password }),
  }
  for (const [path, { statusCode }] of Object.entries(valid)) {
    t.equal(statusCode, path.startsWith('a sign-in') ? 401 : 400, path)
  }
  t.strictSame(
    (await events('sign_in_failed')).map(({ details }) => details.reason),
    ['disabled', 'disabled', 'disabled'],
  )
  t.match(
    await counts(),
    [1, 1, 1, 1, 3, 3, 4, 4, 4],
    'the device separately and consecutively, the e-mail address as a separate name',
  )
  for (let time = 0; time < 2; time++) await signIn(app, 'ada')
  t.equal((await signIn(app, 'ada')).statusCode, 429)
  await change('update users set disabled = 0')
  t.equal((await signIn(app, 'ada', { device_token: deviceToken })).statusCode, 200)
})

/** The event that a wrong attempt is logged as. */
function failureOf(path: string) {
  if (path === 'a sign-in') return 'sign_in_failed'
  if (!path.includes('code')) return 'reauthentication_failed'
  return path.includes('verification') ? 'email_verification_failed' : 'password_reset_failed'
}

interface Account {
  username: string
  session: string
  verification: string
}

/** Signs up a user whose address is not verified. */
async function registerAccount(app: FastifyInstance, mailbox: Mailbox, username: string): Promise<Account> {
  await app.inject({
    method: 'POST',
    url: '/auth/users',
    payload: { username, password: secretFor(username), email: `${username.replace(' ', '')}@example.com` },
  })
  const [mail] = await mailbox.collect(app)
  const { access_token: session } = (await signIn(app, username)).json<TokenResponse>()
  return { username, session, verification: tokenOf(mail) }
}
