import { decodeJwt } from 'jose'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { build, postForm, secretFor } from '../support/build.ts'

const forged = {
  'x-forwarded-for': '203.0.113.9',
  forwarded: 'for=203.0.113.9;host=evil.example;proto=https',
  'x-real-ip': '203.0.113.9',
  'x-client-ip': '203.0.113.9',
}

t.test('without TRUST_PROXY, the logged address is the peer’s, whatever the headers say (F2)', async (t) => {
  const { app, lines } = await build(t)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  t.equal(
    (await fetch(`http://127.0.0.1:${port}/health/live`, { headers: { ...forged, connection: 'close' } })).status,
    200,
  )
  t.equal(addressIn(lines), '127.0.0.1')
})

t.test('behind trusted proxies, the address is the one that the outermost of them saw (F2)', async (t) => {
  const cases = [
    // Hops: the number of proxies, each of which appends the address of its peer.
    { TRUST_PROXY: '1', forwarded: '203.0.113.9', address: '203.0.113.9' },
    { TRUST_PROXY: '1', forwarded: '198.51.100.1, 203.0.113.9', address: '203.0.113.9' },
    { TRUST_PROXY: '2', forwarded: '198.51.100.1, 203.0.113.9, 10.0.0.2', address: '203.0.113.9' },
    { TRUST_PROXY: '2', forwarded: '203.0.113.9', address: '203.0.113.9' },
    // Networks: the last address outside all of them.
    { TRUST_PROXY: '127.0.0.0/8', forwarded: '198.51.100.1, 203.0.113.9', address: '203.0.113.9' },
    { TRUST_PROXY: '127.0.0.1, 10.0.0.0/8', forwarded: '198.51.100.1, 203.0.113.9, 10.1.2.3', address: '203.0.113.9' },
    { TRUST_PROXY: '127.0.0.1', forwarded: '2001:db8::9', address: '2001:db8::9' },
    // The peer is not a trusted proxy.
    { TRUST_PROXY: '10.0.0.0/8', forwarded: '203.0.113.9', address: '127.0.0.1' },
    { TRUST_PROXY: '::1', forwarded: '203.0.113.9', address: '127.0.0.1' },
    { TRUST_PROXY: '127.0.0.1', forwarded: '203.0.113.9', peer: '198.51.100.7', address: '198.51.100.7' },
  ]
  for (const { TRUST_PROXY, forwarded, peer, address } of cases) {
    const { app, lines } = await build(t, { environment: { TRUST_PROXY } })
    await app.inject({
      url: '/health/live',
      headers: { 'x-forwarded-for': forwarded },
      remoteAddress: peer ?? '127.0.0.1',
    })
    t.equal(addressIn(lines), address, `${TRUST_PROXY} <- ${forwarded}`)
  }
})

for (const environment of [{}, { TRUST_PROXY: '1' }]) {
  t.test(
    `Host and X-Forwarded-Host change neither issuer nor Location ${JSON.stringify(environment)} (F2)`,
    async (t) => {
      const { app } = await build(t, { environment })
      const headers = {
        host: 'evil.example',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
        'x-forwarded-prefix': '/evil',
        forwarded: 'host=evil.example',
      }
      const registered = await app.inject({
        method: 'POST',
        url: '/auth/users',
        headers,
        payload: { username: 'ada', password: secretFor('ada') },
      })
      t.equal(registered.statusCode, 201)
      t.equal(registered.headers.location, '/auth/users/me')

      const signedIn = await postForm(app, '/auth/token', { username: 'ada', password: secretFor('ada') }, headers)
      const { iss, aud } = decodeJwt(signedIn.json().access_token)
      t.equal(iss, 'http://localhost:3000/auth')
      t.strictSame([aud].flat(), ['http://localhost:3000/auth'])

      for (const url of ['/', '/docs', '/docs/', '/openapi.json', '/nowhere', '/auth/%ZZ']) {
        const response = await app.inject({ url, headers })
        t.notMatch(`${response.body}${JSON.stringify(response.headers)}`, 'evil', url)
      }
    },
  )
}

/** The client address in the log line of the only request. */
function addressIn(lines: string[]): unknown {
  const [answered, ...others] = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request completed')
  if (others.length > 0) throw new Error('There was more than one request.')
  return answered.address
}

t.test('a tenth hop, `true` and networks of all addresses are rejected', async (t: Test) => {
  for (const TRUST_PROXY of ['10', 'true', '*', '0.0.0.0/0', '::/0']) {
    await t.rejects(build(t, { environment: { TRUST_PROXY } }), { code: 'start_refused', message: /^TRUST_PROXY is / })
  }
})
