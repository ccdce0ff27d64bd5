import t from 'tap'
import { build, getMe, onBoth, signedUp } from '../../build.ts'

onBoth(t, 'the account that is signed in, with and without the last slash', async (t, database) => {
  const { app } = await build(t, { database })
  const ada = await signedUp(app, 'ada')
  for (const url of ['/auth/users/me', '/auth/users/me/']) {
    const response = await getMe(app, ada.access_token, url)
    t.equal(response.statusCode, 200)
    t.match(response.json(), { username: 'ada', name: null, email: null, email_verified: false, id: /^[0-9a-f-]{36}$/, created_at: /^20.*Z$/ })
  }
})

onBoth(t, 'a session that is ended is refused on the next request', async (t, database) => {
  const { app, clock } = await build(t, { database })
  const ada = await signedUp(app, 'ada')
  t.equal((await getMe(app, ada.access_token)).statusCode, 200)
  clock.advance(15 * 60 * 1000)
  const response = await getMe(app, ada.access_token)
  t.equal(response.statusCode, 401)
  t.match(response.json(), { detail: 'Could not validate credentials', code: 'invalid_token' })
})
