import t from 'tap'
import { build } from '../../support/build.ts'
import { placeOf } from '../../support/forged-tokens.ts'
import { getJwks, maxAge, rotate } from '../../support/keys.ts'

t.test('the published keys are cacheable for ten minutes, and a matching ETag is a 304', async (t) => {
  const place = await placeOf(t, 'sqlite')
  const { app, clock } = await build(t, { environment: place })
  const first = await app.inject({ url: '/auth/jwks.json' })
  t.equal(first.statusCode, 200)
  t.match(first.headers, {
    'content-type': /^application\/json/,
    'cache-control': `public, max-age=${maxAge / 1000}`,
    etag: /^"[\w-]{43}"$/,
  })
  const etag = String(first.headers.etag)

  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*', ` ${etag} `]) {
    const response = await app.inject({ url: '/auth/jwks.json', headers: { 'if-none-match': known } })
    t.equal(response.statusCode, 304, known)
    t.equal(response.body, '')
    t.match(
      response.headers,
      { etag, 'cache-control': first.headers['cache-control'] },
      'the cached copy stays fresh (RFC 9110 15.4.5)',
    )
  }
  for (const unknown of ['"other"', etag.slice(1, -1), `${etag.slice(0, -1)}x"`, '', '""', ',,', 'W/']) {
    t.equal(
      (await app.inject({ url: '/auth/jwks.json', headers: { 'if-none-match': unknown } })).statusCode,
      200,
      unknown,
    )
  }

  const head = await app.inject({ method: 'HEAD', url: '/auth/jwks.json' })
  t.strictSame(
    [head.statusCode, head.body, head.headers.etag, head.headers['cache-control']],
    [200, '', etag, first.headers['cache-control']],
  )

  clock.advance(5000)
  t.equal((await app.inject({ url: '/auth/jwks.json' })).headers.etag, etag, 'the ETag stays as long as the keys do')
  t.equal((await rotate(app, place.DATABASE_URL)).statusCode, 200)
  const changed = await app.inject({ url: '/auth/jwks.json', headers: { 'if-none-match': etag } })
  t.equal(changed.statusCode, 200)
  t.not(changed.headers.etag, etag, 'the ETag changes with the keys')
  t.equal((await getJwks(app)).keys.length, 2)
})
