// @lane browser
import t, { type Test } from 'tap'
import {
  administrator,
  build,
  getMe,
  query,
  register,
  registerClient,
  secretFor,
  signIn,
  type TokenResponse,
} from '../support/build.ts'
import { inBrowser } from '../support/chromium.ts'
import { authorize, authorizeClient, authorizeWithBasic, foldUp, openDocs, tryOut } from '../support/docs-page.ts'

inBrowser(t, 'the docs page with tokens', async (t, browser) => {
  t.test('a user signs in, lists sessions, ends the others, refreshes and signs out', async (t) => {
    const { app, clock, url } = await served(t)
    await register(app, 'ada')
    const phone = (await signIn(app, 'ada')).json<TokenResponse>()
    clock.advance(1000)
    const { page, complaints } = await openDocs(browser, url)
    await authorize(page, 'ada', secretFor('ada'))

    const {
      body: { sessions },
    } = await tryOut(page, 'Account-listAccountSessions')
    t.match(sessions, [{ current: true, device: /^Chrome/ }, { current: false }])
    t.strictSame(await tryOut(page, 'Account-endAccountSession', { path: { id: sessions[1].id } }), {
      status: '204',
      body: undefined,
    })
    t.equal((await getMe(app, phone.access_token)).statusCode, 401)
    t.strictSame(await tryOut(page, 'Account-endOtherAccountSessions'), { status: '204', body: undefined })

    const laptop = (await signIn(app, 'ada')).json<TokenResponse>()
    const refreshed = await tryOut(page, 'Sign-in-issueToken', {
      form: { grant_type: 'refresh_token', refresh_token: laptop.refresh_token },
    })
    t.match(refreshed, { status: '200', body: { token_type: 'bearer', scope: 'account', refresh_token: /^rt_/ } })
    t.not(refreshed.body.refresh_token, laptop.refresh_token)

    const asking = page.waitForRequest(`${url}/auth/users/me`)
    t.match(await tryOut(page, 'Account-getAccount'), { status: '200', body: { username: 'ada' } })
    await foldUp(page, 'Account-getAccount')
    const token = ((await (await asking).headerValue('authorization')) ?? '').replace('Bearer ', '')
    t.strictSame(await tryOut(page, 'Sign-in-revokeToken', { form: { token } }), { status: '200', body: {} })
    t.strictSame(complaints, [])
    t.match(await tryOut(page, 'Account-getAccount'), {
      status: /^401/,
      body: { detail: 'Could not validate credentials' },
    })
  })

  t.test('a client gets its own token and lists the keys, then introspects with its id and secret', async (t) => {
    const { app, change, url } = await served(t)
    const client = await registerClient(app, await administrator(app, change), {
      grant_types: ['client_credentials'],
      scope: 'keys:write',
      introspection: true,
    })
    await register(app, 'ada')
    const { access_token: token } = (await signIn(app, 'ada')).json<TokenResponse>()
    const { page, complaints } = await openDocs(browser, url)

    await authorizeClient(page, client, ['keys:write'])
    t.match(await tryOut(page, 'Administration-listKeys'), {
      status: '200',
      body: { keys: [{ alg: 'ES256', stage: 'signing' }] },
    })

    await authorizeWithBasic(page, client)
    t.match(await tryOut(page, 'Token_verification-introspectToken', { form: { token } }), {
      status: '200',
      body: { active: true, username: 'ada' },
    })
    t.strictSame(complaints, [])
  })
})

async function served(t: Test) {
  const databaseUrl = `file:${t.testdir()}/latchkey.db`
  const built = await build(t, { environment: { DATABASE_URL: databaseUrl, DATA_DIR: t.testdirName } })
  return {
    ...built,
    change: async (statement: string) => {
      await query(databaseUrl, statement)
    },
    url: await built.app.listen({ host: '127.0.0.1', port: 0 }),
  }
}
