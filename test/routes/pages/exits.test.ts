import t from 'tap'
import type { FastifyInstance } from 'fastify'
import latchkey from '../../../src/plugin.ts'
import { build, buildWithSql, day, register, secretFor } from '../../support/build.ts'
import { ask, userWithScopes } from '../../support/administration.ts'
import { createHost, mountOptions } from '../../support/host.ts'
import { tokenOf } from '../../support/mailbox.ts'
import { faultsOf, newPassword, pageOf, postPage } from '../../support/pages.ts'
import {
  askVerification,
  changeAccount,
  confirmEmail,
  nextProof,
  outcomeOf,
  sessionOf,
  wrongCodes,
} from '../../support/verification.ts'

const appUrl = 'https://app.example.com/?a=1&b'
const redirects = ['myapp://done', 'https://app.example.com/done', 'http://localhost:5173/#/done']
const environment = { APP_URL: appUrl, REDIRECT_URLS: redirects.join(','), PRODUCT_NAME: 'Zoë & Söhne' }
const [toApp = '', toWeb = ''] = redirects

/** The URLs and texts of the links at the end of a page. */
function exitsOf({ body }: { body: string }) {
  return [...body.matchAll(/<p class="exit"><a class="button[^"]*" href="([^"]*)">(.*)<\/a>/g)].map(
    ([, href, text = '']) => [href, text.replace(/<[^>]*>/g, '')],
  )
}

const exitTo = (url: string) => [[url.replaceAll('&', '&amp;'), 'Go to Zoë &amp; Söhne']]

/** Submits the form of a page and follows its redirect. */
async function submitAndFollow(
  app: FastifyInstance,
  page: Parameters<typeof postPage>[1],
  fields: Record<string, string>,
) {
  const { statusCode, headers, body } = await postPage(app, page, fields)
  if (statusCode !== 303) throw new Error(`${statusCode}: ${body}`)
  const followed = await app.inject(`/auth/${page}${String(headers.location)}`)
  return { location: headers.location, exits: exitsOf(followed) }
}

const askReset = (app: FastifyInstance, payload: object) =>
  app.inject({ method: 'POST', url: '/auth/password-reset', payload })

t.test('the last page links to the URL that the app named, and adds nothing to it (M3)', async (t) => {
  const built = await buildWithSql(t, 'sqlite', environment)
  const { app, change, mailbox, rows } = built
  await register(app, 'ada', { email: 'ada@example.com', redirect_to: toApp })
  const verification = await nextProof(built)
  t.notMatch(JSON.stringify(verification.mail), 'myapp')
  t.notMatch(JSON.stringify(await rows('select * from one_time_tokens')), 'myapp')
  const password = secretFor('ada')
  t.strictSame(
    await submitAndFollow(app, 'verify-email', { intent: 'confirm', token: verification.token, password }),
    { location: '?view=confirmed&redirect_to=myapp%3A%2F%2Fdone', exits: exitTo(toApp) },
    'registration',
  )

  for (const [redirect, proofOf] of [
    [toWeb, ({ token }: { token: string }) => ({ token })],
    ['http://localhost:5173/#/done', ({ code }: { code: string }) => ({ username: 'ada', code })],
  ] as const) {
    t.equal((await askReset(app, { username: 'ada', redirect_to: redirect })).statusCode, 202)
    const proof = proofOf(await nextProof(built))
    const { exits } = await submitAndFollow(app, 'reset-password', { intent: 'set', ...proof, new_password: password })
    t.strictSame(exits, exitTo(redirect), 'password reset')
    await mailbox.collect(app)
  }

  const session = await sessionOf(app, 'ada')
  await changeAccount(app, session, { email: 'a@example.com', current_password: password, redirect_to: toWeb })
  const { token } = await nextProof(built)
  t.strictSame(
    (await submitAndFollow(app, 'verify-email', { intent: 'confirm', token, password })).exits,
    exitTo(toWeb),
    'change of address',
  )
  await mailbox.collect(app)

  const admin = await userWithScopes(app, change, 'users:write')
  for (const [username, redirect] of [
    ['grace', toApp],
    ['eve', undefined],
  ] as const) {
    const email = `${username}@example.com`
    t.equal((await ask(app, admin.token, 'POST', '/invitations', { email, redirect_to: redirect })).statusCode, 201)
    const token = tokenOf((await mailbox.collect(app))[0])
    t.equal(pageOf(await postPage(app, 'invitation', { intent: 'open', token })), '200 Create your account')
    const { exits } = await submitAndFollow(app, 'invitation', { intent: 'accept', token, username, password })
    t.strictSame(exits, exitTo(redirect ?? appUrl), 'invitation')
  }
})

t.test('a link that is sent again leads to the last named URL, and its code is unchanged (M3)', async (t) => {
  const built = await build(t, { environment })
  const { app } = built
  await register(app, 'ada', { email: 'ada@example.com', redirect_to: toApp })
  const first = await nextProof(built)
  const username = 'ada'
  const password = secretFor('ada')
  const [wrong = '', another = '', third = '', ...more] = wrongCodes(first.code, 5)
  for (const code of [wrong, another, third]) {
    t.equal(outcomeOf(await confirmEmail(app, { username, current_password: password, code })), '400 invalid_code')
  }
  await askVerification(app, { username, redirect_to: toWeb })
  const second = await nextProof(built)
  t.strictSame([second.token, second.code], [first.token, first.code])
  await askVerification(app, { username })
  for (const code of more) {
    t.equal(outcomeOf(await confirmEmail(app, { username, current_password: password, code })), '400 invalid_code')
  }
  t.equal(
    outcomeOf(await confirmEmail(app, { username, current_password: password, code: first.code })),
    '400 invalid_code',
    'the fifth wrong code voided it',
  )
  t.strictSame(
    (await submitAndFollow(app, 'verify-email', { intent: 'confirm', token: first.token, password })).exits,
    exitTo(toWeb),
  )

  await register(app, 'grace', { email: 'grace@example.com', redirect_to: toApp })
  const named = await nextProof(built)
  await askVerification(app, { username: 'grace' })
  t.equal((await nextProof(built)).token, named.token)
  const fields = { intent: 'confirm', token: named.token, password: secretFor('grace') }
  t.strictSame(
    (await submitAndFollow(app, 'verify-email', fields)).exits,
    exitTo(toApp),
    'named in the first request only',
  )
})

t.test('any other URL is a 400 for every username, no message is sent, and no user is created (M3)', async (t) => {
  const { app, change, count, mailbox } = await buildWithSql(t, 'sqlite', environment)
  await register(app, 'ada', { email: 'ada@example.com' })
  await mailbox.collect(app)
  const admin = await userWithScopes(app, change, 'users:write')
  const users = await count('users')
  const email = 'new@example.com'
  const wrong = [
    appUrl,
    `${toWeb}/`,
    `${toWeb}?`,
    `${toWeb}#token`,
    `${toWeb}, ${toApp}`,
    ` ${toWeb}`,
    `${toWeb} `,
    'https://app.example.com/done/../done',
    'https://app.example.com:443/done',
    'https://APP.example.com/done',
    'https://app.example.com/%64one',
    'https://app.example.com/done@evil.example',
    'MYAPP://done',
    'myapp:/done',
    'javascript://%0aalert(1)',
    '',
    'x'.repeat(2049),
    null,
    7,
    [toWeb],
  ]
  for (const redirect of wrong) {
    const named = { redirect_to: redirect }
    const responses = [
      await askReset(app, { username: 'ada', ...named }),
      await askReset(app, { username: 'nobody', ...named }),
      await askVerification(app, { username: 'ada', ...named }),
      await askVerification(app, { username: 'nobody', ...named }),
      await register(app, 'eve', { email, ...named }),
      await changeAccount(app, admin.token, { email, current_password: secretFor(admin.username), ...named }),
      await ask(app, admin.token, 'POST', '/invitations', { email, ...named }),
    ]
    for (const response of responses) {
      t.match([response.statusCode, response.json()], [400, { errors: [{ path: '/redirect_to' }] }], String(redirect))
      t.equal(response.body, responses[0]?.body)
      t.notMatch(response.body, 'app.example.com')
    }
  }
  t.strictSame([await count('mail_requests'), await count('users')], [0, users])
  t.strictSame(await mailbox.collect(app), [])

  const [known, unknown] = [
    await askReset(app, { username: 'ada', redirect_to: toWeb }),
    await askReset(app, { username: 'nobody', redirect_to: toWeb }),
  ]
  t.strictSame([known.statusCode, known.body], [202, ''])
  t.strictSame([unknown.statusCode, unknown.body], [202, ''])
})

t.test('without a named URL, and after a link has expired, the page links to APP_URL (M3)', async (t) => {
  const built = await build(t, { environment })
  const { app, clock } = built
  await register(app, 'ada', { email: 'ada@example.com' })
  const { token } = await nextProof(built)
  await askReset(app, { username: 'ada', redirect_to: toWeb })
  const reset = await nextProof(built)
  for (const query of ['', '&redirect_to=https%3A%2F%2Fevil.example', '&redirect_to=myapp://done&redirect_to=x']) {
    t.strictSame(exitsOf(await app.inject(`/auth/verify-email?view=confirmed${query}`)), exitTo(appUrl), query)
  }
  t.strictSame(await submitAndFollow(app, 'verify-email', { intent: 'confirm', token, password: secretFor('ada') }), {
    location: '?view=confirmed',
    exits: exitTo(appUrl),
  })
  clock.advance(day)
  for (const fields of [
    { intent: 'open', token: reset.token },
    { intent: 'set', token: reset.token, new_password: newPassword },
  ]) {
    const page = await postPage(app, 'reset-password', fields)
    t.match(faultsOf(page), { '': /^This link is invalid/ })
    t.strictSame(exitsOf(page), exitTo(appUrl))
  }
  for (const page of ['verify-email', 'invitation'] as const) {
    t.strictSame(exitsOf(await postPage(app, page, { intent: 'open', token })), exitTo(appUrl))
  }
  for (const path of ['reset-password', 'reset-password?view=sent', 'verify-email', 'verify-email?view=rejected']) {
    t.strictSame(exitsOf(await app.inject(`/auth/${path}`)), [], path)
  }
})

t.test('without APP_URL, the last page of a flow links to the documentation page, if there is one (N9)', async (t) => {
  const done = ['reset-password?view=done', 'verify-email?view=confirmed', 'invitation?view=done']
  const docsLink = ['http://localhost:3000/docs/', 'Open the documentation page']
  const { app } = await build(t)
  const withoutDocs = await build(t, { environment: { DOCS: 'off' } })
  const host = createHost(t)
  await host.register(latchkey, mountOptions)
  await host.register(latchkey, { ...mountOptions, prefix: '/other', name: 'other', appUrl: 'myapp://welcome' })
  for (const page of [...done, 'invitation?view=administrator']) {
    t.strictSame(exitsOf(await app.inject(`/auth/${page}`)), [docsLink], page)
    for (const other of [withoutDocs.app, host]) {
      const response = await other.inject(`/auth/${page}`)
      t.strictSame(exitsOf(response), [], page)
      t.notMatch(response.body, /documentation/)
    }
    t.strictSame(exitsOf(await host.inject(`/other/${page}`)), [['myapp://welcome', 'Go to Latchkey']])
  }
  t.strictSame(exitsOf(await app.inject('/auth/invitation')), [], 'no flow is done here')
})
