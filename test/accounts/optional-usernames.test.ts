import { decodeJwt } from 'jose'
import t from 'tap'
import type { FastifyInstance } from 'fastify'
import { accept, ask, invited, userWithScopes } from '../support/administration.ts'
import {
  build,
  buildWithSql,
  getMe,
  hour,
  onBoth,
  refresh,
  register,
  secretFor,
  signIn,
  type TokenResponse,
} from '../support/build.ts'
import { tokenOf } from '../support/mailbox.ts'
import { buildWithClients, introspect } from '../support/clients.ts'
import { postPage, pageOf, inputOf, faultsOf } from '../support/pages.ts'
import { bearer, registerVerified } from '../support/recovery.ts'
import {
  askReset,
  askVerification,
  changeAccount,
  confirmEmail,
  nextProof,
  outcomeOf,
  resetPassword,
} from '../support/verification.ts'

const environment = { USERNAMES: 'optional' }
const email = 'Ada@example.com'
const password = secretFor('ada')

/** Registers without a username. */
function registerByEmail(app: FastifyInstance, email: string, more: object = {}) {
  return app.inject({ method: 'POST', url: '/auth/users', payload: { email, password, ...more } })
}

function signInAs(app: FastifyInstance, name: string) {
  return signIn(app, name, { password })
}

onBoth(
  t,
  'an account without a username signs in by its e-mail address, once that is verified (A9)',
  async (t, database) => {
    const built = await build(t, { database, environment })
    const { app } = built
    const made = await registerByEmail(app, email, { name: 'Ada' })
    t.equal(made.statusCode, 201)
    t.match(made.json(), { name: 'Ada', email, email_verified: false })
    t.notOk('username' in made.json())

    const { token, mail } = await nextProof(built)
    const early = await signInAs(app, email)
    const unknown = await signInAs(app, 'nobody@example.com')
    t.strictSame([early.statusCode, early.json()], [401, unknown.json()], 'an unverified claim identifies no account')
    t.equal(
      (await signInAs(app, `@${made.json().id}`)).statusCode,
      401,
      'neither does the value stored in place of the username',
    )

    t.equal((await confirmEmail(app, { token, current_password: password })).statusCode, 204)
    const signedIn = await signInAs(app, ' ada@EXAMPLE.com ')
    t.equal(signedIn.statusCode, 200)
    const { access_token: accessToken, refresh_token: refreshToken } = signedIn.json<TokenResponse>()
    t.notOk('preferred_username' in decodeJwt(accessToken))
    const me = (await getMe(app, accessToken)).json()
    t.match(me, { id: made.json().id, email, email_verified: true })
    t.notOk('username' in me)
    t.equal((await refresh(app, refreshToken)).statusCode, 200)
    t.notMatch(mail?.text, /undefined|null/)

    const removed = await changeAccount(app, accessToken, { email: null, current_password: password })
    t.match(removed.json(), { status: 400, errors: [{ path: '/email', message: /required/ }] })
    const changed = await changeAccount(app, accessToken, { email: 'lovelace@example.com', current_password: password })
    t.match(changed.json(), { email, pending_email: 'lovelace@example.com' })
    await built.mailbox.collect(app)
    built.clock.advance(hour)
    const later = (await signInAs(app, email)).json<TokenResponse>().access_token
    t.equal((await askVerification(app, {}, later)).statusCode, 202)
    const { token: second } = await nextProof(built)
    t.equal((await confirmEmail(app, { token: second }, later)).statusCode, 204)
    t.equal((await signInAs(app, 'lovelace@example.com')).statusCode, 200)
  },
)

onBoth(
  t,
  'registering a taken e-mail address looks like any other registration, and notifies the owner (A9)',
  async (t, database) => {
    const { app, mailbox } = await build(t, { database, environment })
    await registerVerified(app, mailbox, 'owner', 'taken@example.com')
    await registerByEmail(app, 'sole@example.com')
    const [mail] = await mailbox.collect(app)
    await confirmEmail(app, { token: mail?.text.match(/ev_[\w-]{64}/)?.[0], current_password: password })

    const shapes = new Set<string>()
    for (const address of ['free@example.com', 'taken@example.com', 'SOLE@example.com']) {
      const response = await registerByEmail(app, address)
      t.equal(response.statusCode, 201, address)
      const { id: _id, created_at: _time, email: echoed, ...rest } = response.json()
      t.equal(echoed, address)
      shapes.add(JSON.stringify([Object.keys(response.json()), rest]))
    }
    t.equal(shapes.size, 1)
    const mails = await mailbox.collect(app)
    t.strictSame(mails.map(({ to, subject }) => [to, /verify/i.test(subject)]).toSorted(), [
      ['free@example.com', true],
      ['sole@example.com', false],
      ['taken@example.com', false],
    ])
    for (const { to, text } of mails) t.equal(text.includes('#ev_'), to === 'free@example.com')
    t.equal((await signIn(app, 'taken@example.com', { password: secretFor('owner') })).statusCode, 200)
    t.equal((await signInAs(app, 'taken@example.com')).statusCode, 401)
  },
)

onBoth(
  t,
  'a later claim of the same address diverts neither codes, nor mails, nor resets (A9)',
  async (t, database) => {
    const built = await build(t, { database, environment })
    const { app, clock, mailbox } = built
    const { id } = (await registerByEmail(app, email)).json()
    const first = await nextProof(built)
    clock.advance(1)
    const stranger = { email: 'ADA@example.com', password: secretFor('stranger') }
    t.equal((await app.inject({ method: 'POST', url: '/auth/users', payload: stranger })).statusCode, 201)
    await register(app, 'eve', { email })
    const [second] = await mailbox.collect(app)

    await askVerification(app, { username: email })
    const { code, token } = await nextProof(built)
    t.equal(code, first.code, 'the mail is repeated for the oldest account')
    const page = await postPage(app, 'verify-email', { intent: 'open', token: tokenOf(second) })
    t.equal(pageOf(page), '200 Is this your account?', 'the stranger’s link is valid, and requires their password')
    t.equal(
      outcomeOf(await confirmEmail(app, { token: tokenOf(second), current_password: password })),
      '400 wrong_password',
    )

    await askReset(app, email)
    const reset = await nextProof(built)
    t.equal(outcomeOf(await resetPassword(app, { username: email, code: reset.code })), '204')
    const signedIn = await signIn(app, email, { password: secretFor('another') })
    t.equal(decodeJwt(signedIn.json<TokenResponse>().access_token).sub, id)
    t.equal((await signIn(app, email, { password: secretFor('stranger') })).statusCode, 401)
    t.equal(outcomeOf(await confirmEmail(app, { token, current_password: secretFor('another') })), '400 invalid_code')
  },
)

t.test('a code is for the account that it was last mailed for (A9)', async (t) => {
  const built = await build(t, { environment })
  const { app, clock } = built
  await app.inject({ method: 'POST', url: '/auth/users', payload: { email, password: secretFor('stranger') } })
  await nextProof(built)
  clock.advance(1)
  const { id } = (await registerByEmail(app, email)).json()
  const { code } = await nextProof(built)
  t.equal(outcomeOf(await confirmEmail(app, { username: email, code, current_password: password })), '204')
  const { access_token: token } = (await signInAs(app, email)).json<TokenResponse>()
  t.equal(decodeJwt(token).sub, id)
})

onBoth(t, 'confirming a claim does not reveal whether its address is taken (A9)', async (t, database) => {
  const { app, mailbox } = await build(t, { database, environment })
  await registerVerified(app, mailbox, 'owner', 'taken@example.com')
  const answers = new Set<string>()
  for (const address of ['free@example.com', 'taken@example.com']) {
    await registerByEmail(app, address)
    await mailbox.collect(app)
    for (const typed of [password, secretFor('wrong')]) {
      const proof = { username: address, code: '12345678', current_password: typed }
      const { statusCode, body } = await confirmEmail(app, proof)
      answers.add(`${statusCode} ${body}`)
    }
  }
  t.match([...answers], [/^400 .*"code":"invalid_code"/])
  t.equal(answers.size, 1)
})

t.test(
  'an account without a username keeps the address that its mailbox rejects, unusable as it is (A9)',
  async (t) => {
    const built = await buildWithSql(t, 'sqlite', environment)
    const { app, rows } = built
    await registerByEmail(app, email)
    const { token, code } = await nextProof(built)
    t.equal(pageOf(await postPage(app, 'verify-email', { intent: 'reject', token })), '303 ?view=rejected')
    t.match(await rows('select email, email_verified from users'), [{ email, email_verified: 0 }])
    t.equal(
      outcomeOf(await confirmEmail(app, { username: email, code, current_password: password })),
      '400 invalid_code',
    )
    t.equal((await signInAs(app, email)).statusCode, 401)
  },
)

t.test('attempts of an account without a username never count under an unverified address (A9)', async (t) => {
  const built = await buildWithSql(t, 'sqlite', { ...environment, SIGN_IN_ATTEMPTS: '2' })
  const { app, change } = built
  const { id } = (await registerByEmail(app, email)).json()
  const { token } = await nextProof(built)
  await confirmEmail(app, { token, current_password: password })
  const { access_token: accessToken } = (await signInAs(app, email)).json<TokenResponse>()
  await registerVerified(app, built.mailbox, 'bob', 'bob@example.com')
  for (let attempt = 0; attempt < 3; attempt++) await signIn(app, 'bob@example.com', { password: secretFor('wrong') })
  await change(
    `update users set email = 'bob@example.com', email_fold = 'bob@example.com', email_verified = 0 where id = '${id}'`,
  )
  const renamed = await changeAccount(app, accessToken, { email: 'new@example.com', current_password: password })
  t.equal(renamed.statusCode, 200)
  t.equal(outcomeOf(await signIn(app, 'bob@example.com', { password: secretFor('wrong') })), '429 slow_down')
})

t.test('an unverified address of an account with a username finds it in no reset (A9)', async (t) => {
  const { app, mailbox } = await build(t, { environment })
  await register(app, 'eve', { email })
  await mailbox.collect(app)
  await askReset(app, email)
  t.strictSame(await mailbox.collect(app), [])
})

t.test('a username is required unless an e-mail address may replace it, and the document says so (A9)', async (t) => {
  const { app } = await build(t)
  const refused = await registerByEmail(app, email)
  t.match(refused.json(), {
    status: 400,
    code: 'invalid_request',
    errors: [{ path: '/username', message: 'is required' }],
  })
  const { app: optional } = await build(t, { environment })
  const neither = await optional.inject({ method: 'POST', url: '/auth/users', payload: { password } })
  t.match(neither.json(), {
    status: 400,
    code: 'invalid_request',
    errors: [{ path: '/username', message: 'is required if there is no email' }],
  })
  for (const [service, isRequired] of [
    [app, true],
    [optional, false],
  ] as const) {
    const { schemas } = (await service.inject('/openapi.json')).json().components
    for (const name of ['User', 'ManagedUser', 'NewUser', 'InvitationAcceptance']) {
      t.equal(schemas[name].required.includes('username'), isRequired, name)
    }
  }
})

t.test('accounts created while usernames were optional are still served where they are required (A9)', async (t) => {
  const { app, change } = await buildWithSql(t, 'sqlite', {}, { hasOtherResponses: true })
  const ada = await userWithScopes(app, change, 'users:read', 'ada')
  await change(`update users set username = '', username_fold = '@' || id where id = '${ada.id}'`)
  const me = await getMe(app, ada.token)
  t.equal(me.statusCode, 200)
  t.notOk('username' in me.json())
  const { users } = (await ask(app, ada.token, 'GET', '/users')).json()
  t.strictSame(
    users.map(({ id, username }: { id: string; username?: string }) => [id, username]),
    [[ada.id, undefined]],
  )
})

t.test('administrators find and manage accounts without a username (A9)', async (t) => {
  const { app, change, mailbox, rows } = await buildWithSql(t, 'sqlite', environment)
  const admin = await userWithScopes(app, change, 'users:read users:write', 'admin')
  const { id } = (await registerByEmail(app, email)).json()
  const found = async (search: string) =>
    (await ask(app, admin.token, 'GET', `/users?search=${search}`)).json().users.map((user: { id: string }) => user.id)
  t.strictSame(await found('ada%40'), [id])
  t.strictSame(await found(id.slice(0, 8)), [], 'the id is not searched')
  const removed = await ask(app, admin.token, 'PATCH', `/users/${id}`, { email: null })
  t.match(removed.json(), { status: 400, errors: [{ path: '/email' }] })
  t.equal((await ask(app, admin.token, 'PATCH', `/users/${id}`, { email: 'bob@example.com' })).statusCode, 200)
  await mailbox.collect(app)
  t.equal((await ask(app, admin.token, 'DELETE', `/users/${id}`)).statusCode, 204)
  t.equal((await rows('select * from users')).length, 1)
})

t.test('an invitation by e-mail needs no username, but an invitation by link does (A9)', async (t) => {
  const { app, change, mailbox } = await buildWithSql(t, 'sqlite', environment)
  const link = await app.latchkey.inviteFirstAdministrator()
  const handed = link?.url.split('#')[1] ?? ''
  const form = await postPage(app, 'invitation', { intent: 'open', token: handed })
  t.match(inputOf(form, 'username'), ' required')
  const refused = await postPage(app, 'invitation', { intent: 'accept', token: handed, password, email })
  t.equal(refused.statusCode, 400)
  t.ok(faultsOf(refused).username)
  t.equal((await accept(app, handed, 'admin')).statusCode, 201)

  const admin = await userWithScopes(app, change, 'users:write', 'other')
  const { token } = await invited(app, mailbox, admin.token, { email })
  t.notMatch(inputOf(await postPage(app, 'invitation', { intent: 'open', token }), 'username'), ' required')
  t.equal(pageOf(await postPage(app, 'invitation', { intent: 'accept', token, password })), '303 ?view=done')
  t.equal((await signInAs(app, email)).statusCode, 200, 'the link was mailed, so the address is verified')
})

t.test('the pages behind links name such an account by its e-mail address (A9)', async (t) => {
  const built = await build(t, { environment })
  const { app } = built
  await registerByEmail(app, email)
  const { token } = await nextProof(built)
  const page = await postPage(app, 'verify-email', { intent: 'open', token })
  t.match(inputOf(page, 'username'), ` value="${email}"`)
  t.equal(pageOf(await postPage(app, 'verify-email', { intent: 'confirm', token, password })), '303 ?view=confirmed')
  await askReset(app, email)
  const reset = await nextProof(built)
  t.match(inputOf(await postPage(app, 'reset-password', { intent: 'open', token: reset.token }), 'username'), email)
})

t.test('introspection and the personal export leave the username out as well (A9)', async (t) => {
  const { app, mailbox, resource } = await buildWithClients(t, 'sqlite', environment)
  const { id } = (await registerByEmail(app, email)).json()
  const { token } = await nextProof({ app, mailbox })
  await confirmEmail(app, { token, current_password: password })
  const { access_token: accessToken } = (await signInAs(app, email)).json<TokenResponse>()
  const introspected = (await introspect(app, resource, accessToken)).json()
  t.match(introspected, { active: true, sub: id })
  t.notOk('username' in introspected)
  const exported = (await app.inject({ url: '/auth/users/me/export', headers: bearer(accessToken) })).json()
  t.match(exported.account, { id, email })
  t.notOk('username' in exported.account)
})
