import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import {
  build,
  getMe,
  hour,
  onBoth,
  refresh,
  register,
  secretFor,
  signIn,
  type TokenResponse,
} from './support/build.ts'
import { tokenOf } from './support/mailbox.ts'
import {
  bearer,
  changePassword,
  confirmEmail,
  deleteAccount,
  newPassword,
  resetMail,
  resetWith,
} from './support/recovery.ts'

async function checkEnded(t: Test, app: FastifyInstance, devices: TokenResponse[]) {
  for (const { access_token: access, refresh_token: token } of devices) {
    t.equal((await getMe(app, access)).statusCode, 401)
    t.match((await refresh(app, token)).json(), { error: 'invalid_grant' })
  }
}

onBoth(
  t,
  'a user registers, verifies, resets, changes the password and leaves; each step ends what came before',
  async (t, database) => {
    const { app, clock, mailbox } = await build(t, { database })
    const signInWith = async (username: string, password: string) =>
      (await signIn(app, username, { password })).json<TokenResponse>()

    t.match((await register(app, 'ada', { email: 'Ada@Example.com' })).json(), {
      email: 'Ada@Example.com',
      email_verified: false,
    })
    const [confirmation] = await mailbox.collect(app)
    t.match(confirmation, { to: 'Ada@Example.com', subject: 'Verify your e-mail address for Latchkey' })
    t.equal(
      (await signIn(app, 'ada@example.com', { password: secretFor('ada') })).statusCode,
      401,
      'an unverified address does not sign in',
    )

    const phone = await signInWith('ada', secretFor('ada'))
    t.equal((await confirmEmail(app, { token: tokenOf(confirmation) }, bearer(phone.access_token))).statusCode, 204)
    t.match((await getMe(app, phone.access_token)).json(), { email: 'Ada@Example.com', email_verified: true })
    const desk = await signInWith('ADA@example.COM', secretFor('ada'))
    t.match((await getMe(app, desk.access_token)).json(), { username: 'ada' })

    clock.advance(hour)
    const mail = await resetMail(app, mailbox, 'ada@example.com')
    t.match(mail, { to: 'Ada@Example.com', subject: 'Reset your Latchkey password' })
    t.equal((await resetWith(app, { token: tokenOf(mail) })).statusCode, 204)
    t.match(await mailbox.collect(app), [{ to: 'Ada@Example.com', subject: 'Your Latchkey password was changed' }])
    await checkEnded(t, app, [phone, desk])
    t.equal((await signIn(app, 'ada')).statusCode, 401, 'with the old password')

    const session = await signInWith('ada@example.com', newPassword)
    const other = await signInWith('ada', newPassword)
    const changed = await changePassword(app, session.access_token, {
      current: newPassword,
      next: secretFor('a third one'),
    })
    t.equal(changed.statusCode, 200)
    await checkEnded(t, app, [session, other])
    const { access_token: access } = changed.json<TokenResponse>()
    t.match((await getMe(app, access)).json(), { username: 'ada', email: 'Ada@Example.com', email_verified: true })
    t.match(await mailbox.collect(app), [{ subject: 'Your Latchkey password was changed' }])

    t.equal((await deleteAccount(app, access, secretFor('a third one'))).statusCode, 204)
    await checkEnded(t, app, [changed.json<TokenResponse>()])
    for (const name of ['ada', 'ada@example.com']) {
      t.equal((await signIn(app, name, { password: secretFor('a third one') })).statusCode, 401)
    }
    t.match(await mailbox.collect(app), [{ to: 'Ada@Example.com', subject: 'Your Latchkey account was deleted' }])
  },
)
