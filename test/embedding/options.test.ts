import t, { type Test } from 'tap'
import latchkey from '../../src/plugin.ts'
import { StartError } from '../../src/errors/index.ts'
import { secretFor } from '../support/build.ts'
import { createHost, mountOptions } from '../support/host.ts'

/** The faults for which a mount with these options, of any type as in JavaScript, is rejected. */
async function faultsOf(t: Test, options: object): Promise<string[]> {
  const app = createHost(t)
  try {
    await Reflect.apply(app.register, app, [latchkey, options])
  } catch (error) {
    if (error instanceof StartError) return error.faults
    throw error
  }
  return []
}

const { prefix, ...withoutPrefix } = mountOptions

t.test('the prefix is required and must be a path', async (t) => {
  t.strictSame(await faultsOf(t, withoutPrefix), ['prefix is required: it must be a path such as /auth'])
  for (const wrong of ['', '/', 'auth', '/auth/', '//auth', '/:auth', '/auth*', '/au th', 7, null]) {
    const faults = await faultsOf(t, { ...mountOptions, prefix: wrong })
    t.equal(faults.length, 1, String(wrong))
    t.match(faults[0], /^prefix /)
  }
  t.strictSame(await faultsOf(t, { ...mountOptions, prefix: '/v1/auth.users' }), [])
})

t.test('server settings and unknown names are not options', async (t) => {
  const options = {
    host: '0.0.0.0',
    port: 3000,
    docs: false,
    tlsCert: 'cert.pem',
    tlsKey: 'key.pem',
    corsOrigins: [],
    hstsIncludeSubdomains: true,
    keepAliveTimeoutSeconds: 620,
    requestTimeoutSeconds: 60,
    trustProxy: [],
    logLevel: 'info',
    metricsPort: 9464,
    passwordMinimum: 9,
    PUBLIC_URL: 'x',
  }
  t.strictSame(
    await faultsOf(t, { ...mountOptions, ...options }),
    Object.keys(options).map((name) => `${name} is not an option of Latchkey`),
  )
})

t.test('faults of every kind are reported together', async (t) => {
  const faults = await faultsOf(t, { ...withoutPrefix, port: 3000, signup: 'no', metricsPort: 9464 })
  t.strictSame(faults.map((fault) => fault.split(' ')[0]).sort(), ['metricsPort', 'port', 'prefix', 'signup'])
})

t.test('names of the object prototype are not options', async (t) => {
  for (const name of ['constructor', 'toString', '__proto__']) {
    const options = Object.defineProperty({ ...mountOptions }, name, { value: 'x', enumerable: true })
    t.strictSame(await faultsOf(t, options), [`${name} is not an option of Latchkey`])
  }
})

t.test('each invalid value gets one line, which never contains a secret', async (t) => {
  const faults = await faultsOf(t, {
    ...mountOptions,
    publicUrl: 'https://api.example.com/path',
    databaseUrl: `mysql://user:${secretFor('database')}@localhost/auth`,
    masterKey: 'short not-for-logs',
    algorithm: 'none',
    accessTokenExpireMinutes: '15',
    audience: 'posts',
    signup: true,
    argon2MemoryKib: 1,
  })
  t.strictSame(faults.map((fault) => fault.split(' ')[0]).sort(), [
    'accessTokenExpireMinutes',
    'algorithm',
    'argon2MemoryKib',
    'audience',
    'databaseUrl',
    'masterKey',
    'publicUrl',
    'signup',
  ])
  t.notMatch(faults.join('\n'), 'not-for-logs')
  t.match(faults.join('\n'), 'accessTokenExpireMinutes is "15": it must be a whole number from 1 to 1440')
})

t.test('the name, openapi and the clock are checked like settings', async (t) => {
  const faults = await faultsOf(t, { ...mountOptions, name: 'my accounts', openapi: 'yes', now: 0, signup: 'no' })
  t.strictSame(faults.map((fault) => fault.split(' ')[0]).sort(), ['name', 'now', 'openapi', 'signup'])

  for (const name of ['', 7, 'a.b', 'a/b', '__proto__', 'constructor', 'register', 'server']) {
    const [fault = ''] = await faultsOf(t, { ...mountOptions, name })
    t.match(fault, /^name /, String(name))
  }
  t.strictSame(await faultsOf(t, { ...mountOptions, name: 'staffAccounts_2' }), [])
})

t.test('an invalid timing is named', async (t) => {
  const expected = [/^timing must be an object with any of hasTimers, databaseConnectionMs, databaseQueryMs,/]
  for (const timing of ['fast', null, { hasTimers: undefined }, { databaseQueryMs: '5' }, { hasTimer: true }]) {
    t.match(await faultsOf(t, { ...mountOptions, timing }), expected)
  }
})

t.test('options that are undefined are ignored', async (t) => {
  t.strictSame(
    await faultsOf(t, {
      ...mountOptions,
      masterKey: undefined,
      signup: undefined,
      name: undefined,
      openapi: undefined,
      now: undefined,
    }),
    [],
  )
})

t.test('with PostgreSQL, a missing secret is reported by its option’s name', async (t) => {
  const options = { ...mountOptions, databaseUrl: process.env.TEST_POSTGRES_URL }
  t.match(await faultsOf(t, options), [/^masterKey is required/])
})
