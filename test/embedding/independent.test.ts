import t from 'tap'
import { getMe, multipartOf, postForm, register, secretFor, signedUp, signIn } from '../support/build.ts'
import { createFurnishedHost, type Mounting } from '../support/host.ts'

const mountings: Mounting[] = ['first', 'last']
const problem = 'application/problem+json; charset=utf-8'

for (const mounting of mountings) {
  t.test(
    `a host’s parsers, validator and serializer do not affect Latchkey’s routes (mounted ${mounting})`,
    async (t) => {
      const app = await createFurnishedHost(t, mounting)

      const made = await register(app, 'ada')
      t.equal(made.statusCode, 201)
      t.match(made.json(), { username: 'ada', email: null })

      const uncoerced = await app.inject({
        method: 'POST',
        url: '/auth/users',
        payload: { username: 42, password: secretFor('42') },
      })
      t.equal(uncoerced.statusCode, 400)
      t.match(uncoerced.json(), {
        code: 'invalid_request',
        errors: [{ path: '/username', message: 'must be a string, not a list or another type' }],
      })

      const undropped = await register(app, 'eve', { admin: true })
      t.equal(undropped.statusCode, 400)
      t.match(undropped.json(), { errors: [{ path: '/admin' }] })

      const unparsed = await app.inject({
        method: 'POST',
        url: '/auth/users',
        headers: { 'content-type': 'text/whatever' },
        payload: 'x',
      })
      t.equal(unparsed.statusCode, 415)
      t.equal(unparsed.headers['content-type'], problem)

      const tooLarge = await register(app, 'eve', { name: 'n'.repeat(20_000) })
      t.equal(tooLarge.statusCode, 413)

      const form = await signIn(app, 'ada')
      t.equal(form.statusCode, 200)
      t.match(form.json(), { token_type: 'bearer' })
      t.strictSame((await getMe(app, form.json().access_token)).json(), made.json())

      const parts = await multipartOf({ username: 'ada', password: secretFor('ada') })
      const sent = await app.inject({ method: 'POST', url: '/auth/token', ...parts })
      t.equal(sent.statusCode, 200, 'a multipart form (A2)')
    },
  )

  t.test(`errors and unknown URLs under the prefix have Latchkey’s shape (mounted ${mounting})`, async (t) => {
    const app = await createFurnishedHost(t, mounting)
    for (const url of ['/auth', '/auth/', '/auth/nothing', '/auth/users/nobody/nothing']) {
      const response = await app.inject(url)
      t.equal(response.statusCode, 404, url)
      t.equal(response.headers['content-type'], problem)
      t.match(response.json(), { status: 404, code: 'not_found' })
    }

    const wrong = await app.inject('/auth/token')
    t.match(
      [wrong.statusCode, wrong.headers.allow, wrong.json().error],
      [405, 'OPTIONS, POST', 'invalid_request'],
      'N7',
    )

    const unsigned = await app.inject('/auth/users/me')
    t.equal(unsigned.statusCode, 401)
    t.equal(unsigned.headers['www-authenticate'], 'Bearer')
    t.match(unsigned.json(), { detail: 'Not authenticated', code: 'not_authenticated' })

    const denied = await postForm(app, '/auth/token', { username: 'nobody', password: secretFor('nobody') })
    t.equal(denied.statusCode, 401)
    t.match(denied.json(), { error: 'invalid_grant', detail: 'Incorrect username or password' })
  })

  t.test(`the host and Latchkey reject each other’s tokens (mounted ${mounting})`, async (t) => {
    const app = await createFurnishedHost(t, mounting)
    const { access_token: token } = await signedUp(app, 'ada')
    const atHost = await app.inject({ url: '/whoami', headers: { authorization: `Bearer ${token}` } })
    t.equal(atHost.statusCode, 418)

    const me = (await getMe(app, token)).json()
    const response = await getMe(app, app.jwt.sign({ sub: me.id, ...claimsOf(token) }))
    t.equal(response.statusCode, 401)
    t.equal(response.json().code, 'invalid_token')
  })
}

function claimsOf(token: string): object {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}
