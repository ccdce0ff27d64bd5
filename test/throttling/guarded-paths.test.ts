import t from 'tap'
import type { FastifyInstance } from 'fastify'
import { getMe, onBoth, refresh, secretFor, signIn, type TokenResponse } from '../support/build.ts'
import { codeOf, tokenOf, type Mailbox } from '../support/mailbox.ts'
import { postPage } from '../support/pages.ts'
import { askReset, changeAccount, changePassword, confirmEmail, deleteAccount, resetWith } from '../support/recovery.ts'
import { buildGuarded, slowDown, type SignedIn } from '../support/throttling.ts'

const wrong = secretFor('wrong')
const code = '12345678'

/** Every way to show a password or a code, here a wrong one. */
const paths: Record<
  string,
  (app: FastifyInstance, who: Who) => Promise<{ statusCode: number; headers: Record<string, unknown>; body: string }>
> = {
  'a sign-in': async (app, { username }) => signIn(app, username, { password: wrong }),
  'another e-mail': async (app, { session }) =>
    changeAccount(app, session, { email: 'new@example.com', current_password: wrong }),
  'another password': async (app, { session }) => changePassword(app, session, { current: wrong }),
  'a deletion': async (app, { session }) => deleteAccount(app, session, wrong),
  'a code for the mailbox, signed in': async (app, { session }) =>
    confirmEmail(app, { code }, { authorization: `Bearer ${session}` }),
  'a code for the mailbox, with the password': async (app, { username }) =>
    confirmEmail(app, { username, code, current_password: secretFor(username) }),
  'a link for the mailbox, with a wrong password': async (app, { verification }) =>
    confirmEmail(app, { token: verification, current_password: wrong }),
  'a code for another password': async (app, { username }) => resetWith(app, { username, code }),
  'a code on the page for another password': async (app, { username }) =>
    postPage(app, 'reset-password', { intent: 'set', username, code, new_password: wrong }),
  'a code on the page for the mailbox': async (app, { username }) =>
    postPage(app, 'verify-email', { intent: 'confirm', username, code, password: secretFor(username) }),
  'a link on the page for the mailbox': async (app, { verification }) =>
    postPage(app, 'verify-email', { intent: 'confirm', token: verification, password: wrong }),
}

onBoth(
  t,
  'on every path that takes a password or a code five wrong ones are free, and all of them are counted together (S7)',
  async (t, database) => {
    const { app, counts, mailbox, change, people, rows } = await buildGuarded(t, database)
    const failures = async () =>
      (await rows("select event from events where outcome = 'failure' order by id")).map(({ event }) => event)
    for (const [index, [path, show]] of Object.entries(paths).entries()) {
      const who = await newcomer(app, mailbox, `ada ${index}`)
      await change('delete from throttles')
      const told = (await failures()).length
      for (let time = 0; time < 5; time++) {
        t.equal((await show(app, who)).statusCode, path === 'a sign-in' ? 401 : 400, path)
      }
      t.strictSame((await failures()).splice(told), Array(5).fill(failureOf(path)), path)
      const answer = await show(app, who)
      t.equal(answer.statusCode, 429, path)
      t.equal(answer.headers['retry-after'], '1', path)
      t.match(answer.body, slowDown(1).body.detail, path)
      t.strictSame(await counts(), [5, 5, 5], path)
      t.equal((await signIn(app, who.username)).statusCode, 429, `${path}: no other path is left`)
      t.strictSame((await failures()).splice(told + 5), ['sign_in_throttled', 'sign_in_throttled'])
    }
    await people('eve')
    t.equal((await signIn(app, 'eve')).statusCode, 200, 'others go on')
  },
)

t.test('a disabled user fails on every path even with the right password, and it counts as wrong (S6)', async (t) => {
  const { app, counts, change, disable, events, mailbox } = await buildGuarded(t, 'sqlite')
  const { username, session, verification } = await newcomer(app, mailbox, 'ada')
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
    'what was issued or mailed before',
  )
  t.strictSame(await counts(), [])
  const right = {
    'a sign-in': await signIn(app, 'ada'),
    'a sign-in with a known device': await signIn(app, 'ada', { device_token: deviceToken }),
    'a sign-in by e-mail': await signIn(app, 'ada@example.com', { password }),
    'a code for another password': await resetWith(app, { username, code: codeOf(mail) }),
    'a link for the mailbox': await confirmEmail(app, { token: verification, current_password: password }),
  }
  for (const [path, { statusCode }] of Object.entries(right)) {
    t.equal(statusCode, path.startsWith('a sign-in') ? 401 : 400, path)
  }
  t.strictSame(
    (await events('sign_in_failed')).map(({ details }) => details.reason),
    ['disabled', 'disabled', 'disabled'],
  )
  t.match(
    await counts(),
    [1, 1, 1, 1, 3, 3, 4, 4, 4],
    'the device by itself, and in a row; the e-mail as a name of its own',
  )
  for (let time = 0; time < 2; time++) await signIn(app, 'ada')
  t.equal((await signIn(app, 'ada')).statusCode, 429)
  await change('update users set disabled = 0')
  t.equal((await signIn(app, 'ada', { device_token: deviceToken })).statusCode, 200)
})

/** What a wrong one is in the audit log. */
function failureOf(path: string) {
  if (path === 'a sign-in') return 'sign_in_failed'
  if (!path.includes('code')) return 'reauthentication_failed'
  return path.includes('mailbox') ? 'email_verification_failed' : 'password_reset_failed'
}

interface Who {
  username: string
  session: string
  verification: string
}

/** Somebody who is signed in, and has not confirmed their address. */
async function newcomer(app: FastifyInstance, mailbox: Mailbox, username: string): Promise<Who> {
  await app.inject({
    method: 'POST',
    url: '/auth/users',
    payload: { username, password: secretFor(username), email: `${username.replace(' ', '')}@example.com` },
  })
  const [mail] = await mailbox.collect(app)
  const { access_token: session } = (await signIn(app, username)).json<TokenResponse>()
  return { username, session, verification: tokenOf(mail) }
}
