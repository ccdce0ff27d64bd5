import t from 'tap'
import { build } from '../support/build.ts'

t.test('DOCS=off: neither page nor document, and the API as ever', async (t) => {
  const { app } = await build(t, { environment: { DOCS: 'off' } })
  for (const url of ['/', '/docs', '/docs/', '/docs/static/index.html', '/docs/json', '/openapi.json']) {
    const response = await app.inject({ url })
    t.equal(response.statusCode, 404, url)
    t.match(response.json(), { code: 'not_found', status: 404 })
  }
  t.equal((await app.inject({ url: '/health/ready' })).statusCode, 200)
  t.equal((await app.inject({ url: '/auth/users/me' })).statusCode, 401)
})

t.test('with the docs, `/` and `/docs` lead there relatively', async (t) => {
  const { app } = await build(t)
  for (const url of ['/', '/docs']) {
    const response = await app.inject({ url })
    t.equal(response.statusCode, 302)
    t.equal(response.headers.location, './docs/')
  }
  t.equal((await app.inject({ url: '/docs/' })).statusCode, 200)
})
