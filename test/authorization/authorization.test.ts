import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import t from 'tap'
import { postForm } from '../support/build.ts'
import { invalidToken, summaryOf, underEach, type OpenedService } from '../support/forged-tokens.ts'

const me = (app: OpenedService['app'], headers: Record<string, string>, url = '/auth/users/me') =>
  app.inject({ url, headers })

/** The response to a request without a token. */
const notAuthenticated = {
  ...invalidToken,
  authenticate: 'Bearer',
  body: { ...invalidToken.body, detail: 'Not authenticated', code: 'not_authenticated' },
}

underEach(t, 'the scheme is Bearer in any case, followed by spaces', async (t, { app, token }) => {
  for (const authorization of [
    `Bearer ${token}`,
    `bearer ${token}`,
    `BEARER ${token}`,
    `bEaReR ${token}`,
    `Bearer  ${token}`,
    `Bearer     ${token}`,
    `Bearer ${token} `,
  ]) {
    const response = await me(app, { authorization })
    t.strictSame([response.statusCode, response.json().username], [200, 'ada'], authorization.replace(token, 'TOKEN'))
  }
})

underEach(
  t,
  'a request without a token, or with a token in another scheme, is not authenticated',
  async (t, { app, token }) => {
    const basic = Buffer.from(`ada:${token}`).toString('base64')
    const others = [
      '',
      ' ',
      'Bearer',
      'bearer',
      token,
      ` ${token}`,
      `Basic ${token}`,
      `Basic ${basic}`,
      'Basic Og==',
      `Token ${token}`,
      `JWT ${token}`,
      `DPoP ${token}`,
      `Digest ${token}`,
      `Bearer:${token}`,
      `Bearer=${token}`,
      `Bearer${token}`,
      `Bearer,${token}`,
      `Bearer\t${token}`,
      `"Bearer" ${token}`,
      `Bearers ${token}`,
      `Basic Bearer ${token}`,
      `,Bearer ${token}`,
      '__proto__ x',
      'x'.repeat(10_000),
    ]
    t.strictSame(summaryOf(await me(app, {})), notAuthenticated, 'no header')
    for (const authorization of others) {
      t.strictSame(
        summaryOf(await me(app, { authorization })),
        notAuthenticated,
        JSON.stringify(authorization.replace(token, 'TOKEN').slice(0, 60)),
      )
    }
  },
)

underEach(t, 'an invalid value after Bearer is rejected', async (t, { app, token }) => {
  const followers = [
    ' ',
    '  ',
    'x',
    '.',
    '..',
    '...',
    'null',
    'undefined',
    '[object Object]',
    '"',
    `"${token}"`,
    `'${token}'`,
    `<${token}>`,
    `${token} ${token}`,
    `${token},${token}`,
    `${token}, Basic Og==`,
    `${token} x`,
    `x ${token}`,
    `Bearer ${token}`,
    `${token}\0`,
    `token=${token}`,
    `token="${token}"`,
    `realm="x", ${token}`,
    'rt_AAAA',
    '😀',
    'ÿþ',
    '%00',
    '__proto__',
    'constructor',
    'toString',
    'x'.repeat(10_000),
    '.'.repeat(10_000),
    `${'x'.repeat(5000)}.${'x'.repeat(4000)}.${'x'.repeat(998)}`,
    `${token}${'A'.repeat(10_000)}`,
    `eyJ${'A'.repeat(10_000)}`,
    'x'.repeat(2_000_000),
  ]
  for (const follower of followers) {
    t.strictSame(
      summaryOf(await me(app, { authorization: `Bearer ${follower}` })),
      invalidToken,
      JSON.stringify(follower.replaceAll(token, 'TOKEN').slice(0, 60)),
    )
  }
})

underEach(t, 'a token is read only from the Authorization header', async (t, { app, token }) => {
  const path = '/auth/users/me'
  for (const name of ['access_token', 'token', 'authorization', 'bearer_token', 'jwt']) {
    t.equal((await me(app, {}, `${path}?${name}=${token}`)).statusCode, 401, `the parameter ${name}`)
    t.equal((await me(app, { cookie: `${name}=${token}` })).statusCode, 401, `the cookie ${name}`)
  }
  for (const name of ['x-authorization', 'proxy-authorization', 'x-access-token', 'x-forwarded-authorization']) {
    t.equal((await me(app, { [name]: `Bearer ${token}` })).statusCode, 401, `the header ${name}`)
  }
  const form = await postForm(app, path, { access_token: token })
  t.equal(form.statusCode, 405, 'the method is not allowed')
})

underEach(t, 'the same rules apply over a real connection', async (t, { app, forge, token }) => {
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo

  /** Sends header lines unchanged. @returns the status and the problem’s code */
  async function send(...lines: string[]) {
    const socket = connect(port, '127.0.0.1').setEncoding('latin1')
    socket.write(
      Buffer.from(
        ['GET /auth/users/me HTTP/1.1', 'Host: x', 'Connection: close', ...lines, '', ''].join('\r\n'),
        'latin1',
      ),
    )
    let text = ''
    socket.on('data', (part) => {
      text += part
    })
    await once(socket, 'close')
    return [Number(text.split(' ')[1]), JSON.parse(text.slice(text.indexOf('\r\n\r\n'))).code]
  }

  t.strictSame(await send(`Authorization: Bearer ${token}`), [200, undefined])
  t.strictSame(await send(`aUTHORIZATION:bearer   ${forge()}  `), [200, undefined])
  t.strictSame(await send(), [401, 'not_authenticated'])
  t.strictSame(await send('Authorization:'), [401, 'not_authenticated'])
  t.strictSame(await send('Authorization: Bearer'), [401, 'not_authenticated'])
  t.strictSame(await send('Authorization: Bearer '), [401, 'not_authenticated'])
  t.strictSame(
    await send(`Authorization: Bearer ${token}`, 'Authorization: Basic Og=='),
    [200, undefined],
    'the first of several headers counts',
  )
  t.strictSame(
    await send('Authorization: Basic Og==', `Authorization: Bearer ${token}`),
    [401, 'not_authenticated'],
    'the first of several headers counts',
  )
  t.strictSame(await send('Authorization: Bearer \xff\xfe'), [401, 'invalid_token'])
  t.strictSame(await send(`Authorization: Bearer ${'x'.repeat(10_000)}`), [401, 'invalid_token'])
  t.strictSame(await send(`Authorization: Bearer ${forge({ claims: { exp: 0, extra: 'x'.repeat(7000) } })}`), [
    401,
    'invalid_token',
  ])
  t.strictSame(await send(`Authorization: Bearer ${'x'.repeat(20_000)}`), [431, 'invalid_request'])
  t.strictSame(await send(`Authorization: Bearer ${token}`), [200, undefined], 'other requests are still served')
})
