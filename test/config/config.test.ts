import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import type { TSchema } from '@sinclair/typebox'
import t from 'tap'
import {
  describeAllowed,
  createConfig,
  environmentName,
  publicUrlOf,
  settingsFromEnvironment,
  settingsFromOptions,
} from '../../src/config/config.ts'
import { Settings } from '../../src/config/settings.ts'
import { StartError } from '../../src/errors/index.ts'
import { secretFor } from '../support/build.ts'

const names = Object.keys(Settings.properties) as Array<keyof Settings>
const strong = secretFor('master key')
/** Without the comma, which would split a list. */
const previous = strong.replace(',', '')
const pem = { TLS_CERT: './cert.pem', TLS_KEY: './key.pem' }

/** Valid and invalid values where the schema alone does not decide. A new text or list setting needs a line. */
const validValues: Record<string, string[]> = {
  host: ['0.0.0.0', '::', 'localhost', 'latchkey.internal'],
  metricsHost: ['0.0.0.0', '::1', 'latchkey.internal'],
  prefix: ['/auth', '/v1/auth', '/a.b_c~d-e'],
  publicUrl: [
    'https://api.example.com',
    'https://api.example.com:8443',
    'http://localhost',
    'http://localhost:3000',
    'http://127.0.0.1:8080',
    'http://[::1]:3000',
  ],
  dataDir: ['./data', '/var/lib/latchkey'],
  mailTemplates: ['./mails', '/etc/latchkey/mails'],
  databaseUrl: [
    ':memory:',
    'file:./latchkey.db',
    'file:/var/lib/latchkey.db',
    'postgres://ada:not-for-logs@db.example.com/latchkey',
    'postgresql://db.example.com:5433/latchkey?sslmode=verify-full',
  ],
  masterKey: [strong],
  masterKeyPrevious: [previous, `${previous},${previous.toUpperCase()}`],
  secretKey: [strong],
  secretKeyPrevious: [previous, `${previous}, ${previous.toUpperCase()}`],
  audience: ['https://posts.example.com', 'one, two', 'urn:example:posts'],
  corsOrigins: [
    'https://app.example.com',
    'https://app.example.com:8443,http://localhost:5173',
    'capacitor://localhost, ionic://localhost, tauri://localhost',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    'moz-extension://3c7f5b1e-6f0d-4a37-8e43-1d1c3a6b2a11',
  ],
  trustProxy: ['1', '9', '127.0.0.1', '10.0.0.0/8, 192.168.0.0/16', '::1', 'fd00::/8', '::ffff:10.0.0.1'],
  smtpUrl: [
    'smtp://localhost',
    'smtp://127.0.0.1:2525',
    'smtps://ada:not-for-logs@mail.example.com',
    'smtp://ada%40example.com:not-for-logs%2F@mail.example.com:587/',
    'smtp://[::1]:25',
    'smtp://ada:100%25not-for-logs@mail.example.com',
  ],
  mailFrom: ['accounts@example.com', 'Example <accounts@example.com>', 'Ada’s Café & Co. <accounts@example.com>'],
  productName: ['Example', 'Ada’s Café & Co.', '日本'],
  productColor: ['#2f6f4f', '#ABCDEF'],
  appUrl: ['https://app.example.com', 'http://localhost:5173/#/welcome', 'http://[::1]', 'myapp://done'],
  redirectUrls: [
    'myapp://done',
    'com.example.app:/signed-up, https://app.example.com/?from=mail#top',
    'https://APP.example.com:443/a%2Cb,http://127.0.0.1:5173',
  ],
  rpId: ['localhost', 'example.com', 'auth-1.example.co.uk'],
  rpOrigins: [
    'https://example.com',
    'https://app.example.com:8443, https://a.b.example.com',
    'android:apk-key-hash:pNiP5iKyQ8JwgGOaKA1zGPUPJIS-0H1xKCQcfIoGLck',
  ],
  tlsCert: ['./cert.pem'],
  tlsKey: ['./key.pem'],
}

const notAppUrls = [
  'app.example.com',
  '/welcome',
  '//app.example.com',
  'https:',
  'https://',
  'https:///app.example.com',
  'https:app.example.com',
  'HTTPS://app.example.com',
  'https://app.example.com\\@evil.example',
  'https://ada@app.example.com',
  'https://ada:x@app.example.com',
  'https://app.example.com/a b',
  'https://app.example.com/a\nb',
  'https://app.example.com/é',
  'https://app.example.com/"><script>',
  'https://[::1',
  'http://app.example.com',
  'http://localhost.example.com',
  'http://127.0.0.1@evil.example',
  'javascript://%0aalert(1)',
  'javascript:/**/alert(1)',
  'JavaScript://%0aalert(1)',
  'java\tscript://%0aalert(1)',
  'javascript:alert(1)',
  'data:text/html,x',
  'data://text/html;base64,eA',
  'vbscript://x',
  'file:///etc/passwd',
  'blob:https://app.example.com/1',
  'about:blank',
  'view-source://x',
  'mailto:ada@example.com',
  'myapp:done',
  '1app://done',
  `https://app.example.com/${'x'.repeat(2048)}`,
]

const invalidValues: Record<string, string[]> = {
  prefix: [
    '/',
    'auth',
    '/auth/',
    '//auth',
    '/a//b',
    '/a b',
    '/auth?x',
    '/auth#x',
    '/:id',
    '/*',
    '/%61',
    '/ä',
    '/..',
    '/./auth',
    '/auth/..',
    'https://api.example.com/auth',
    '/auth\n',
  ],
  publicUrl: [
    'api.example.com',
    'https://',
    'https:///x',
    'http://api.example.com',
    'https://api.example.com/',
    'https://api.example.com/auth',
    'https://api.example.com?x',
    'https://ada@api.example.com',
    'https://api.example.com:99999',
    'https://api.example.com:443',
    'https://API.example.com',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://127.0.0.999',
    'ftp://localhost',
    'https://exa mple.com',
    '*',
  ],
  databaseUrl: [
    'latchkey.db',
    'file:',
    'memory',
    'sqlite:not-for-logs',
    'mysql://ada:not-for-logs@localhost/latchkey',
    'postgres://',
    'postgres://ada:not-for-logs@localhost:port/latchkey',
    'POSTGRES://localhost/not-for-logs',
  ],
  masterKey: [
    ' ',
    'not-for-logs',
    `${strong} and more`.slice(0, 31),
    'not'.repeat(20),
    ' '.repeat(64),
    'your_secret_key',
    '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7',
  ],
  masterKeyPrevious: [',', 'not-for-logs', `${previous},`, `${previous},not-for-logs`],
  secretKey: ['not-for-logs', 'your_secret_key', 'a-string-secret-at-least-256-bits-long'],
  secretKeyPrevious: ['not-for-logs', 'your_secret_key', `${previous},your_secret_key`],
  audience: [' ', ',', 'one,', 'one,,two', 'one two'],
  corsOrigins: [
    '*',
    'null',
    'app.example.com',
    'https://app.example.com/',
    'https://app.example.com/path',
    'https://*.example.com',
    'https://ada@app.example.com',
    'https://app.example.com:443',
    'https://APP.example.com',
    'https://app.example.com:99999',
    'ftp://app.example.com',
    'file://localhost',
    'wss://app.example.com',
    'capacitor://localhost/',
    'capacitor://LOCALHOST',
    'Capacitor://localhost',
    'chrome-extension://*',
    'https://app.example.com,',
    'https://app.example.com *',
  ],
  trustProxy: [
    '0',
    '10',
    '-1',
    '1.5',
    'true',
    'yes',
    '*',
    'loopback',
    'proxy.example.com',
    '1,2',
    '1,10.0.0.0/8',
    '10.0.0.0/8,',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/0',
    '10.0.0.0/8/8',
    '10.0.0.0/255.0.0.0',
    '10.0.0',
    '::/0',
    '::1/129',
  ],
  smtpUrl: [
    'mail.example.com',
    'smtp://',
    'smtp:///not-for-logs',
    'http://ada:not-for-logs@mail.example.com',
    'smtp://ada:not-for-logs@mail.example.com:port',
    'smtp://ada:not for logs@mail.example.com',
    'smtp://mail.example.com/not-for-logs',
    'SMTP://not-for-logs',
    'smtp://not-for-logs@mail.example.com',
    'smtp://:not-for-logs@mail.example.com',
    'smtp://ada:not-for-logs@',
    'smtp://mail.example.com?requireTLS=false',
    'smtps://ada:not-for-logs@mail.example.com/?tls.rejectUnauthorized=false',
    'smtp://ada:1#not-for-logs@mail.example.com',
  ],
  mailFrom: [
    'accounts',
    'accounts@',
    '@example.com',
    'Example',
    'Example accounts@example.com',
    '<accounts@example.com>',
    'a@example.com, b@example.com',
    'Example <a@example.com>, b@example.com',
    'Example <accounts@example.com>\nBcc: eve@example.com',
    '"Example" <accounts@example.com>',
  ],
  productName: ['  ', 'a\tb', '<b>', 'a"b', 'two\nlines', 'x'.repeat(65)],
  productColor: ['green', '#2f6', '2f6f4f', '#2f6f4g', '#2f6f4f;', 'rgb(0, 0, 0)'],
  rpId: [' ', 'https://example.com', 'EXAMPLE.com', 'example.com:443', 'example.com.', '127.0.0.1', '127.1', 'a_b.c'],
  rpOrigins: [
    'example.com',
    'http://example.com',
    'http://localhost.example.com',
    'https://example.com/',
    'https://EXAMPLE.com',
    'https://*.example.com',
    'android:apk-key-hash:short',
    'https://example.com,',
  ],
  appUrl: notAppUrls,
  redirectUrls: [...notAppUrls, 'myapp://done,', 'https://app.example.com,javascript://x'],
}

const takesAnyText: Array<keyof Settings> = ['host', 'metricsHost', 'dataDir', 'mailTemplates', 'tlsCert', 'tlsKey']

const notNumbers = [
  ' ',
  'many',
  '-1',
  '1.5',
  '1e3',
  '0x10',
  '1,000',
  ' 5',
  '5 ',
  '٣',
  'NaN',
  'Infinity',
  '9'.repeat(30),
  'null',
  '[5]',
]
const notSwitches = ['true', 'false', '1', '0', 'yes', 'ON', 'Off', ' on', 'nonsense']

t.test('without environment variables, every setting has its default', async (t) => {
  t.strictSame(settingsFromEnvironment({ PATH: '/bin', LATCHKEY_PORT: '1' }), {
    host: '127.0.0.1',
    port: 3000,
    prefix: '/auth',
    dataDir: './data',
    masterKeyPrevious: [],
    secretKeyPrevious: [],
    algorithm: 'ES256',
    accessTokenExpireMinutes: 15,
    sessionIdleDays: 14,
    sessionMaxDays: 30,
    refreshReuseSeconds: 30,
    keyRotationDays: 90,
    audience: [],
    signup: 'open',
    usernames: 'required',
    passwordMinLength: 8,
    argon2MemoryKib: 19456,
    argon2Time: 2,
    argon2Parallelism: 1,
    hashQueueMs: 1000,
    signInAttempts: 5,
    signInFailuresPerHour: 100,
    accountFailures: 100,
    registrationsPerHour: 60,
    mailRequestsPerHour: 60,
    requireVerifiedEmail: false,
    requireSecondFactor: 'off',
    rememberSecondFactorDays: 0,
    productName: 'Latchkey',
    productColor: '#2f6f4f',
    redirectUrls: [],
    rpOrigins: [],
    eventsKeepDays: 365,
    docs: true,
    corsOrigins: [],
    hstsIncludeSubdomains: false,
    trustProxy: [],
    keepAliveTimeoutSeconds: 72,
    drainSeconds: 3,
    requestTimeoutSeconds: 30,
    metrics: false,
    metricsHost: '127.0.0.1',
    metricsPort: 9464,
    logLevel: 'info',
  })
})

for (const name of names) {
  const variable = environmentName(name)
  const schema = Settings.properties[name]
  const isSecret = schema.secret === true

  t.test(`${variable}: valid values are accepted`, async (t) => {
    const values = validValuesOf(name)
    t.ok(values.length > 0, 'there are valid values')
    for (const text of values) {
      t.doesNotThrow(
        () => settingsFromEnvironment({ ...requiredSettings(name, text), [variable]: text }),
        `${variable}=${text}`,
      )
    }
  })

  t.test(
    `${variable}: an invalid value gets one line with the name, ` +
      `${isSecret ? 'never the value,' : 'the value'} and what is allowed`,
    async (t) => {
      const values = invalidValuesOf(name)
      t.equal(values.length === 0, takesAnyText.includes(name), 'there are invalid values unless any text is valid')
      for (const text of values) {
        const [fault = '', ...others] = faultsOf({ ...requiredSettings(name, text), [variable]: text })
        t.strictSame(others, [], `${variable}=${JSON.stringify(text)}`)
        t.match(fault, new RegExp(`^${variable} is .+: it must be .{4,}$`), `${variable}=${JSON.stringify(text)}`)
        t.notMatch(fault, /undefined|\[object|not-for-logs|`/)
        t.ok(
          fault.includes(
            isSecret ? `${variable} is (not shown): ` : JSON.stringify(text.trim().split(',')[0]).slice(1, -1),
          ),
          'the value',
        )
        t.ok(fault.includes(`it must be ${describeAllowed(schema).replaceAll('`', '')}`), 'what is allowed')
      }
    },
  )
}

t.test('the remedy for a weak secret is a command that creates a strong one', async (t) => {
  for (const SECRET of ['MASTER_KEY', 'SECRET_KEY']) {
    const [fault = ''] = faultsOf({ ALGORITHM: 'HS256', [SECRET]: 'weak' })
    t.match(fault, 'Create one with: node -p "crypto.randomBytes(32).toString(\'base64url\')"')
  }
})

t.test('all faults are reported at once, one per line', async (t) => {
  t.match(faultsOf({ PORT: '-1', SIGNUP: 'maybe', MASTER_KEY: 'weak', TLS_CERT: './cert.pem' }), [
    /^PORT is "-1": it must be a whole number from 0 to 65535$/,
    /^MASTER_KEY is \(not shown\): /,
    /^SIGNUP is "maybe": it must be open or closed$/,
    /^TLS_CERT and TLS_KEY must be set together/,
  ])
  const refutable = names.filter(
    (name) => !takesAnyText.includes(name) && Settings.properties[name].algorithm !== 'HS256',
  )
  const everything = Object.fromEntries(refutable.map((name) => [environmentName(name), invalidValuesOf(name)[0]]))
  t.strictSame(
    faultsOf(everything).map((fault) => fault.split(' ')[0]),
    refutable.map(environmentName),
  )
})

t.test('an invalid value is shown as it was typed', async (t) => {
  const environment = { PORT: '99999', CORS_ORIGINS: 'https://app.example.com, localhost' }
  t.match(faultsOf(environment), [/^PORT is "99999": /, /^CORS_ORIGINS is "https:\/\/app.example.com, localhost": /])
  t.match(faultsOfOptions({ prefix: '/auth', audience: [''] }), [/^audience is \[""\]: /])
})

t.test('an empty variable counts as unset (C4)', async (t) => {
  const empty = Object.fromEntries(names.map((name) => [environmentName(name), '']))
  t.strictSame(settingsFromEnvironment(empty), settingsFromEnvironment({}))
  t.match(faultsOfOptions({ prefix: '/auth', dataDir: '' }), [/^dataDir is ""/], 'an empty option is not ignored')
})

t.test('SECRET_KEY is checked only with HS256, the only algorithm that uses it', async (t) => {
  const weak = { SECRET_KEY: 'not-for-logs', SECRET_KEY_PREVIOUS: 'not-for-logs' }
  for (const ALGORITHM of ['ES256', 'EdDSA', 'RS256']) t.strictSame(faultsOf({ ...weak, ALGORITHM }), [])
  t.match(faultsOf({ ...weak, ALGORITHM: 'HS256' }), [/^SECRET_KEY is/, /^SECRET_KEY_PREVIOUS is/])
  t.match(faultsOfOptions({ prefix: '/auth', secretKey: 1 }), [/^secretKey is \(not shown\)/], 'its type is checked')
})

t.test('TLS_CERT and TLS_KEY require each other', async (t) => {
  for (const [name, path] of Object.entries(pem)) {
    t.strictSame(faultsOf({ [name]: path }), ['TLS_CERT and TLS_KEY must be set together'])
  }
})

t.test('metrics need a port of their own', async (t) => {
  t.strictSame(faultsOf({ METRICS: 'on', METRICS_PORT: '8000', PORT: '8000' }), [
    'METRICS_PORT is 8000, like PORT: it must be another port',
  ])
  t.strictSame(faultsOf({ METRICS_PORT: '8000', PORT: '8000' }), [], 'without metrics, the port is not used')
  t.strictSame(faultsOf({ METRICS: 'on', METRICS_PORT: '0', PORT: '0' }), [])
})

t.test('SMTP_URL requires MAIL_FROM', async (t) => {
  t.match(faultsOf({ SMTP_URL: 'smtp://ada:not-for-logs@mail.example.com' }), [/^MAIL_FROM is required with SMTP_URL/])
  t.match(faultsOfOptions({ prefix: '/auth', smtpUrl: 'smtp://localhost' }), [/^mailFrom is required with smtpUrl/])
  const { mailFrom } = createConfig(settingsFromEnvironment({ PUBLIC_URL: 'https://api.example.com:8443' }), {
    name: 'latchkey',
    prefix: '/auth',
    now: Date.now,
  })
  t.strictSame(mailFrom, { name: 'Latchkey', address: 'no-reply@api.example.com' })
})

t.test('the origins of passkeys are on the domain of passkeys', async (t) => {
  const PUBLIC_URL = 'https://auth.example.com'
  const foreign = /^RP_ORIGINS contains https:\/\/example\.org.*must be on the domain auth\.example\.com/
  t.match(faultsOf({ PUBLIC_URL, RP_ORIGINS: 'https://a.auth.example.com,https://example.org' }), [foreign])
  t.match(faultsOf({ PUBLIC_URL, RP_ORIGINS: 'https://notauth.example.com' }), [/^RP_ORIGINS contains/])
  t.match(faultsOf({ PUBLIC_URL, RP_ID: 'example.org' }), [/^RP_ORIGINS is required/], 'no page could use passkeys')
  t.strictSame(faultsOf({ PUBLIC_URL, RP_ID: 'example.org', RP_ORIGINS: 'https://app.example.org' }), [])
  t.strictSame(faultsOf({ PUBLIC_URL, RP_ID: 'example.com' }), [])
  for (const address of ['http://127.0.0.1:3000', 'http://[::1]:3000', 'https://192.0.2.1']) {
    t.strictSame(faultsOf({ PUBLIC_URL: address }), [], address)
    t.match(faultsOf({ PUBLIC_URL: address, RP_ORIGINS: 'https://example.com' }), [/^RP_ORIGINS requires RP_ID/])
    const domain = { RP_ID: 'example.com', RP_ORIGINS: 'https://example.com' }
    t.strictSame(faultsOf({ PUBLIC_URL: address, ...domain }), [])
  }
})

t.test('the sender name is what precedes the address in MAIL_FROM, or the product’s name', async (t) => {
  for (const [MAIL_FROM, name] of [
    ['accounts@example.com', 'Ada’s Café'],
    ['Example <accounts@example.com>', 'Example'],
    ['Example, Inc.: accounts (all) <accounts@example.com>', 'Example, Inc.: accounts (all)'],
  ] as const) {
    const { mailFrom } = createConfig(settingsFromEnvironment({ MAIL_FROM, PRODUCT_NAME: 'Ada’s Café' }), {
      name: 'latchkey',
      prefix: '/auth',
      now: Date.now,
    })
    t.strictSame(mailFrom, { name, address: 'accounts@example.com' })
  }
})

t.test('the lines of .env.example are valid', async (t) => {
  const lines =
    readFileSync(new URL('../../.env.example', import.meta.url), 'utf8').match(/(?<=^#)[A-Z_0-9]+=.+$/gm) ?? []
  t.ok(lines.length > 10)
  t.strictSame(settingsFromEnvironment(parseEnv(lines.join('\n'))), settingsFromEnvironment({}))
})

t.test('PostgreSQL requires the secrets that the algorithm needs', async (t) => {
  const DATABASE_URL = 'postgres://localhost/latchkey'
  t.match(faultsOf({ DATABASE_URL }), [/^MASTER_KEY is required .*PostgreSQL.* node -p /])
  t.match(faultsOf({ DATABASE_URL, ALGORITHM: 'HS256' }), [/^MASTER_KEY is required /, /^SECRET_KEY is required /])
  t.match(faultsOf({ DATABASE_URL, ALGORITHM: 'HS256', MASTER_KEY: strong }), [/^SECRET_KEY is required /])
  t.strictSame(faultsOf({ DATABASE_URL, MASTER_KEY: strong }), [])
  t.strictSame(faultsOf({ DATABASE_URL, MASTER_KEY: strong, ALGORITHM: 'HS256', SECRET_KEY: strong }), [])
})

t.test('the public URL is derived from the port and TLS unless it is set', async (t) => {
  for (const [environment, url] of [
    [{}, 'http://localhost:3000'],
    [{ PORT: '8080' }, 'http://localhost:8080'],
    [{ PORT: '8443', ...pem }, 'https://localhost:8443'],
    [{ PUBLIC_URL: 'https://api.example.com', PORT: '8080' }, 'https://api.example.com'],
  ] as const) {
    t.equal(publicUrlOf(settingsFromEnvironment(environment)), url)
  }
})

t.test('the issuer is the public URL plus the prefix, byte for byte, and always an audience', async (t) => {
  for (const publicUrl of validValues.publicUrl ?? []) {
    const settings = settingsFromEnvironment({ PUBLIC_URL: publicUrl, AUDIENCE: 'one, two' })
    const { issuer, audience } = createConfig(settings, { name: 'latchkey', prefix: '/v1/auth', now: Date.now })
    t.equal(issuer, `${publicUrl}/v1/auth`)
    t.strictSame(audience, [issuer, 'one', 'two'])
  }
})

t.test('the plugin’s options are the same settings with the same rules, except those of a server', async (t) => {
  t.match(
    settingsFromOptions({
      prefix: '/auth',
      accessTokenExpireMinutes: 30,
      audience: ['one'],
      signup: 'closed',
      publicUrl: undefined,
    }),
    { prefix: '/auth', accessTokenExpireMinutes: 30, audience: ['one'], signup: 'closed', sessionIdleDays: 14 },
  )
  for (const [options, faults] of [
    [{}, [/^prefix is required/]],
    [{ prefix: '' }, [/^prefix is "": /]],
    [
      { prefix: '/auth', port: 3000, logLevel: 'info', sauce: 1 },
      [
        'port is not an option of Latchkey',
        'logLevel is not an option of Latchkey',
        'sauce is not an option of Latchkey',
      ],
    ],
    [
      { prefix: '/auth', constructor: 1, toString: 1 },
      ['constructor is not an option of Latchkey', 'toString is not an option of Latchkey'],
    ],
    [
      { prefix: '/auth', accessTokenExpireMinutes: '15', audience: 'one', masterKey: 42 },
      [/^masterKey is \(not shown\): /, /^accessTokenExpireMinutes is "15": /, /^audience is "one": /],
    ],
  ] as const) {
    t.match(faultsOfOptions(options), faults)
    t.equal(faultsOfOptions(options).length, faults.length)
  }
})

function validValuesOf(name: keyof Settings): string[] {
  const schema = Settings.properties[name]
  if (schema.type === 'integer') return [schema.minimum, schema.default ?? schema.minimum, schema.maximum].map(String)
  if (schema.type === 'boolean') return ['on', 'off']
  return wordsOf(schema) ?? validValues[name] ?? []
}

function invalidValuesOf(name: keyof Settings): string[] {
  const schema = Settings.properties[name]
  if (schema.type === 'integer') return [...notNumbers, String(schema.minimum - 1), String(schema.maximum + 1)]
  if (schema.type === 'boolean') return notSwitches
  const words = wordsOf(schema)
  return words === undefined
    ? (invalidValues[name] ?? [])
    : ['nonsense', ...words.flatMap((word) => [` ${word}`, `${word},`, otherCase(word)])]
}

function wordsOf({ anyOf }: TSchema): string[] | undefined {
  return anyOf?.map((word: TSchema) => word.const)
}

function otherCase(word: string) {
  return word === word.toUpperCase() ? word.toLowerCase() : word.toUpperCase()
}

/** The other settings that a value requires to be valid. */
function requiredSettings(name: keyof Settings, text: string): NodeJS.ProcessEnv {
  if (Settings.properties[name].algorithm !== undefined) return { ALGORITHM: 'HS256' }
  if (name === 'smtpUrl') return { MAIL_FROM: 'accounts@example.com' }
  if (name === 'tlsCert' || name === 'tlsKey') return pem
  if (name === 'rpId') return validValues.rpId?.includes(text) ? { PUBLIC_URL: `https://${text}` } : {}
  if (name === 'rpOrigins') return { PUBLIC_URL: 'https://example.com' }
  return name === 'databaseUrl' && text.startsWith('postgres') ? { MASTER_KEY: strong } : {}
}

function faultsOf(environment: NodeJS.ProcessEnv) {
  return faultsIn(() => settingsFromEnvironment(environment))
}

function faultsOfOptions(options: object) {
  // JavaScript checks no types.
  return faultsIn(() => Reflect.apply(settingsFromOptions, undefined, [options]))
}

function faultsIn(work: () => unknown): string[] {
  try {
    work()
    return []
  } catch (error) {
    if (error instanceof StartError) return error.faults
    throw error
  }
}
