import { decodeJwt } from 'jose'
import t from 'tap'
import {
  administrator,
  build,
  buildWithSql,
  postForm,
  registerClient,
  secretFor,
  signedUp,
  signIn,
  type TokenResponse,
} from '../support/build.ts'
import latchkey from '../../src/plugin.ts'
import { createHost, mountOptions } from '../support/host.ts'
import { bearer, changePassword, deleteAccount } from '../support/recovery.ts'

const clearing = '"cache"'

t.test('a sign-out clears the cache of the app in the browser, and not its cookies', async (t) => {
  const { app } = await build(t)
  const first = await signedUp(app, 'ada')
  const here = { 'sec-fetch-site': 'same-origin' }
  const revoked = await postForm(app, '/auth/revoke', { token: first.refresh_token }, here)
  t.strictSame([revoked.statusCode, revoked.headers['clear-site-data']], [200, clearing])
  const again = await postForm(app, '/auth/revoke', { token: first.refresh_token }, here)
  t.equal(again.headers['clear-site-data'], clearing, 'also if the session has already ended')

  const second = (await signIn(app, 'ada')).json<TokenResponse>()
  const url = `/auth/users/me/sessions/${String(decodeJwt(second.access_token).sid).toUpperCase()}`
  const ended = await app.inject({ method: 'DELETE', url, headers: { ...here, ...bearer(second.access_token) } })
  t.strictSame([ended.statusCode, ended.headers['clear-site-data']], [204, clearing])

  const third = (await signIn(app, 'ada')).json<TokenResponse>()
  const deleted = await deleteAccount(app, third.access_token)
  t.strictSame(
    [deleted.statusCode, deleted.headers['clear-site-data']],
    [204, clearing],
    'also without Sec-Fetch-Site, which older browsers and other clients do not send',
  )
})

t.test('a setting says what is cleared, and a mount clears nothing of its host (C7)', async (t) => {
  const host = createHost(t)
  await host.register(latchkey, mountOptions)
  for (const [app, header] of [
    [(await build(t, { environment: { CLEAR_SITE_DATA: 'storage' } })).app, '"cache", "storage"'],
    [(await build(t, { environment: { CLEAR_SITE_DATA: 'off' } })).app, undefined],
    [host, undefined],
  ] as const) {
    const { refresh_token: token } = await signedUp(app, 'ada')
    const { statusCode, headers } = await postForm(app, '/auth/revoke', { token })
    t.strictSame([statusCode, headers['clear-site-data']], [200, header])
  }
})

t.test('nothing is cleared while the session continues', async (t) => {
  const { app } = await build(t)
  const phone = await signedUp(app, 'ada')
  const desk = (await signIn(app, 'ada')).json<TokenResponse>()
  const responses = {
    'another session is ended': await app.inject({
      method: 'DELETE',
      url: `/auth/users/me/sessions/${decodeJwt(phone.access_token).sid}`,
      headers: bearer(desk.access_token),
    }),
    'all others are ended': await app.inject({
      method: 'DELETE',
      url: '/auth/users/me/sessions',
      headers: bearer(desk.access_token),
    }),
    'the page asks for none': await postForm(
      app,
      '/auth/revoke',
      { token: phone.access_token },
      { 'latchkey-clear-site-data': 'off' },
    ),
    'a missing token is not revoked': await postForm(app, '/auth/revoke', {}),
    'a wrong password deletes nothing': await deleteAccount(app, desk.access_token, secretFor('another')),
    'a password change responds with new tokens': await changePassword(app, desk.access_token),
  }
  for (const [what, { headers }] of Object.entries(responses)) t.notOk('clear-site-data' in headers, what)
})

t.test('another site cannot clear data, even with a token of its own', async (t) => {
  const { app, change } = await buildWithSql(t, 'sqlite')
  for (const site of ['cross-site', 'same-site', '', 'same-origin, cross-site']) {
    const { access_token: token } =
      site === 'cross-site' ? await signedUp(app, 'eve') : (await signIn(app, 'eve')).json<TokenResponse>()
    const { statusCode, headers } = await postForm(app, '/auth/revoke', { token }, { 'sec-fetch-site': site })
    t.equal(statusCode, 200)
    t.notOk('clear-site-data' in headers, site)
  }
  const client = await registerClient(app, await administrator(app, change), { introspection: true })
  const { statusCode, headers } = await postForm(
    app,
    '/auth/revoke',
    { token: 'unknown' },
    { authorization: client.authorization },
  )
  t.equal(statusCode, 200)
  t.notOk('clear-site-data' in headers, 'nor does a client')
})
