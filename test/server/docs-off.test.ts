import t from 'tap'
import { build } from '../support/build.ts'

t.test('with DOCS=off, the docs page and the document are 404 and the API works', async (t) => {
  const { app } = await build(t, { environment: { DOCS: 'off' } })
  for (const url of ['/', '/docs', '/docs/', '/docs/static/index.html', '/docs/json', '/openapi.json']) {
    const response = await app.inject({ url })
    t.equal(response.statusCode, 404, url)
    t.match(response.json(), { code: 'not_found', status: 404 })
  }
  t.equal((await app.inject({ url: '/health/ready' })).statusCode, 200)
  t.equal((await app.inject({ url: '/auth/users/me' })).statusCode, 401)
})

t.test('with the docs on, `/` and `/docs` redirect there with a relative URL', async (t) => {
  const { app } = await build(t)
  for (const url of ['/', '/docs']) {
    const response = await app.inject({ url })
    t.equal(response.statusCode, 302)
    t.equal(response.headers.location, './docs/')
  }
  t.equal((await app.inject({ url: '/docs/' })).statusCode, 200)
})
