import t, { type Test } from 'tap'
import {
  buildWithSql,
  getMe,
  onBoth,
  register,
  secretFor,
  signIn,
  signedUp,
  type DatabaseKind,
  type TokenResponse,
} from '../../support/build.ts'
import { claimed, sessionOf } from '../../support/verification.ts'
import { tokenOf } from '../../support/mailbox.ts'
import { faultsOf, inputOf, inTwoMails, newPassword, pageOf, postPage, type PageName } from '../../support/pages.ts'

async function withTwoMails(t: Test, database: DatabaseKind) {
  const built = await buildWithSql(t, database)
  return { ...built, ...(await inTwoMails(built)) }
}

t.test('a scanner that opens a link, follows it and acts like the script uses nothing up (S13)', async (t) => {
  const { app, rows, verification, reset } = await withTwoMails(t, 'sqlite')
  const everything = async () =>
    JSON.stringify([
      await rows('select * from one_time_tokens order by id'),
      await rows('select * from users'),
      await rows('select id from outbox order by id'),
      await rows('select * from mail_requests'),
    ])
  const before = await everything()
  const links = [
    ['reset-password', reset.token, '200 Choose a new password'],
    ['verify-email', verification.token, '200 Is this your account?'],
  ] as const
  for (const [page, token, title] of links) {
    for (const method of ['GET', 'HEAD'] as const) {
      // Browsers do not send the part after the #, but some scanners move it to the query.
      for (const query of ['', `?${token}`, '?view=done', '?view=confirmed', '?view=rejected']) {
        t.equal((await app.inject({ method, url: `/auth/${page}${query}` })).statusCode, 200)
      }
    }
    for (let time = 0; time < 3; time++) t.equal(pageOf(await postPage(app, page, { intent: 'open', token })), title)
  }
  t.equal(await everything(), before)

  t.equal(
    pageOf(
      await postPage(app, 'verify-email', {
        intent: 'confirm',
        token: verification.token,
        password: secretFor('ada'),
      }),
    ),
    '303 ?view=confirmed',
  )
  t.equal(
    pageOf(await postPage(app, 'reset-password', { intent: 'set', token: reset.token, new_password: newPassword })),
    '303 ?view=done',
  )
  t.equal((await signIn(app, 'ada@example.com', { password: newPassword })).statusCode, 200)
})

t.test('a link or a code sets the password once and ends every session', async (t) => {
  const { app, mailbox, reset } = await withTwoMails(t, 'sqlite')
  const { access_token: token } = (await signIn(app, 'ada')).json<TokenResponse>()
  t.equal(
    pageOf(await postPage(app, 'reset-password', { intent: 'set', token: reset.token, new_password: newPassword })),
    '303 ?view=done',
  )
  t.equal(pageOf(await app.inject('/auth/reset-password?view=done')), '200 The password is set')
  t.equal((await getMe(app, token)).statusCode, 401)
  t.match(await mailbox.collect(app), [{ subject: 'Your Latchkey password was changed' }])

  for (const fields of [{ intent: 'open' }, { intent: 'set', new_password: newPassword }]) {
    const used = await postPage(app, 'reset-password', { ...fields, token: reset.token })
    t.equal(pageOf(used), '400 Set a new password')
    t.strictSame(faultsOf(used), { '': 'This link is too old, has been used, or is not whole. Send another mail.' })
  }
  const code = await postPage(app, 'reset-password', {
    intent: 'set',
    username: 'ada',
    code: reset.code,
    new_password: newPassword,
  })
  t.strictSame(faultsOf(code), {
    code: 'It is not the right one for this name, or too old. Look at both again, or send another mail.',
  })
})

t.test('a code is accepted as phones type it: with a space after the name, and within the digits', async (t) => {
  const { app, verification, reset } = await withTwoMails(t, 'sqlite')
  const withSpaces = (code: string) => ` ${code.slice(0, 4)} ${code.slice(4)} `
  t.equal(
    pageOf(
      await postPage(app, 'verify-email', {
        intent: 'confirm',
        username: 'Ada ',
        code: withSpaces(verification.code),
        password: secretFor('ada'),
      }),
    ),
    '303 ?view=confirmed',
  )
  t.equal(
    pageOf(
      await postPage(app, 'reset-password', {
        intent: 'set',
        username: 'ada@example.com ',
        code: withSpaces(reset.code),
        new_password: newPassword,
      }),
    ),
    '303 ?view=done',
  )
  t.equal((await signIn(app, 'ada', { password: newPassword })).statusCode, 200)
})

t.test('a mailbox owner who rejects the account removes the address from it (S15)', async (t) => {
  const {
    app,
    verification: { token },
  } = await withTwoMails(t, 'sqlite')
  const opened = await postPage(app, 'verify-email', { intent: 'open', token })
  const account = '<strong><bdi>ada</bdi></strong>'
  const address = '<strong><bdi>ada@example.com</bdi></strong>'
  t.match(opened.body, `The account ${account} says that ${address} is its e-mail address`)
  t.match(inputOf(opened, 'username'), /value="ada" readonly/)
  t.equal(pageOf(await postPage(app, 'verify-email', { intent: 'reject', token })), '303 ?view=rejected')
  t.match((await getMe(app, await sessionOf(app, 'ada'))).json(), { email: null, email_verified: false })
  for (const intent of ['open', 'confirm', 'reject']) {
    t.match(
      faultsOf(await postPage(app, 'verify-email', { intent, token, password: secretFor('ada') })),
      { '': /^This link is too old/ },
      intent,
    )
  }
})

onBoth(
  t,
  'an address that another account has verified since then is not verified, and the page says so',
  async (t, database) => {
    const { app, mailbox, verification } = await withTwoMails(t, database)
    const { token } = await claimed({ app, mailbox }, 'grace', 'ada@example.com')
    t.equal(
      pageOf(await postPage(app, 'verify-email', { intent: 'confirm', token, password: secretFor('grace') })),
      '303 ?view=confirmed',
    )
    const late = await postPage(app, 'verify-email', {
      intent: 'confirm',
      token: verification.token,
      password: secretFor('ada'),
    })
    t.equal(pageOf(late), '409 Is this your account?')
    t.strictSame(faultsOf(late), { '': 'Another account already uses this e-mail address.' })
  },
)

t.test('a link for one page is invalid on the other (J11)', async (t) => {
  const { app, verification, reset } = await withTwoMails(t, 'sqlite')
  const { access_token: access, refresh_token: refresh } = await signedUp(app, 'grace')
  const foreign: Record<PageName, string> = { 'reset-password': verification.token, 'verify-email': reset.token }
  for (const page of ['reset-password', 'verify-email'] as const) {
    for (const token of [foreign[page], access, refresh, '', 'pr_', 'ev_x', '\0', '"><script>']) {
      const response = await postPage(app, page, { intent: 'open', token })
      t.match(faultsOf(response), { '': /^This link is too old/ })
      t.notMatch(response.body, /"><script>|eyJ|rt_|ev_|pr_/)
    }
  }
})

t.test(
  'a request for a message gets the same response for every username, and only existing users get one',
  async (t) => {
    const { app, mailbox } = await buildWithSql(t, 'sqlite')
    await register(app, 'ada', { email: 'ada@example.com' })
    await mailbox.collect(app)
    for (const [page, username, prefix] of [
      ['reset-password', ' ada', 'pr_'],
      ['verify-email', 'ada@example.com', 'ev_'],
      ['reset-password', 'nobody', undefined],
      ['verify-email', 'nobody', undefined],
    ] as const) {
      t.equal(pageOf(await postPage(app, page, { intent: 'request', username })), '303 ?view=sent')
      t.equal(pageOf(await app.inject(`/auth/${page}?view=sent`)), '200 Look into your mailbox')
      t.equal(tokenOf((await mailbox.collect(app))[0]).slice(0, 3), prefix ?? '')
    }
  },
)
