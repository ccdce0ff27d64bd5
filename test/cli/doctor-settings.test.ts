import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { coresAllowed } from '../../src/cli/doctor/machine.ts'
import { secretFor } from '../support/build.ts'
import { makeCertificate } from '../support/certificate.ts'
import { examine, newPlace } from '../support/doctor.ts'

/** Not a loopback URL, and refuses connections at once. */
const far = 'https://0.0.0.0:1'

t.test('settings that are valid but do not have the intended effect are reported', async (t) => {
  const cases: Array<[check: string, level: string, says: RegExp, environment: NodeJS.ProcessEnv]> = [
    ['address', 'ok', /Only this machine/, {}],
    ['address', 'ok', /Clients reach .* https/, { HOST: '0.0.0.0', PUBLIC_URL: far }],
    [
      'address',
      'warning',
      /listens on 0\.0\.0\.0.*passwords unencrypted.*http:\/\/localhost:4.*PUBLIC_URL.*HOST=127/,
      { HOST: '0.0.0.0' },
    ],
    [
      'address',
      'warning',
      /links in e-mails lead to http:\/\/localhost:4/,
      { SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'a@example.com' },
    ],
    ['proxy', 'ok', /none is expected/, {}],
    [
      'proxy',
      'warning',
      /TRUST_PROXY is not set, so every client seems to have the IP address of the proxy/,
      { PUBLIC_URL: far },
    ],
    ['proxy', 'ok', /TRUST_PROXY=10\.0\.0\.0\/8/, { PUBLIC_URL: far, TRUST_PROXY: '10.0.0.0/8' }],
    ['log', 'ok', /events are logged/, { LOG_LEVEL: 'warn' }],
    ['log', 'warning', /security events .* not logged.*LOG_LEVEL=warn/, { LOG_LEVEL: 'error' }],
    ['log', 'warning', /not logged/, { LOG_LEVEL: 'fatal' }],
    ['metrics', 'ok', /are off/, {}],
    ['metrics', 'ok', /service publishes metrics at http:\/\/127\.0\.0\.1:9464\/metrics/, { METRICS: 'on' }],
    ['metrics', 'note', /port 9464, for everyone who can reach it/, { METRICS: 'on', METRICS_HOST: '0.0.0.0' }],
    ['passwords', 'note', /at least 8 characters.*PASSWORD_MIN_LENGTH=15/, {}],
    ['passwords', 'ok', /15 characters/, { PASSWORD_MIN_LENGTH: '15' }],
    ['passkeys', 'ok', /domain localhost and can be used on http:\/\/localhost:4\./, {}],
    [
      'passkeys',
      'ok',
      /domain example\.com and can be used on https:\/\/auth\.example\.com, https:\/\/app\.example\.com/,
      { PUBLIC_URL: 'https://auth.example.com', RP_ID: 'example.com', RP_ORIGINS: 'https://app.example.com' },
    ],
    ['passkeys', 'warning', /unavailable.*https:\/\/0\.0\.0\.0:1.*IP address.*Set PUBLIC_URL/, { PUBLIC_URL: far }],
    ['passkeys', 'warning', /IP address/, { PUBLIC_URL: 'http://127.0.0.1:4' }],
    ['passkeys', 'warning', /domain localhost.*Other machines .*HTTPS.*Set PUBLIC_URL/, { HOST: '0.0.0.0' }],
    [
      'passkeys',
      'note',
      /domain example\.com.*pages of PUBLIC_URL \(https:\/\/0\.0\.0\.0:1\) cannot use them.*set RP_ID/,
      { PUBLIC_URL: far, RP_ID: 'example.com', RP_ORIGINS: 'https://app.example.com' },
    ],
    ['mail server', 'note', /files in .*data\/mail.*Set SMTP_URL/, {}],
    ['mail server', 'warning', /e-mails are not sent.*Set SMTP_URL/, { PUBLIC_URL: far }],
    ['mail templates', 'ok', /built-in/, {}],
    ['mail templates', 'fault', /\/nowhere/, { MAIL_TEMPLATES: '/nowhere' }],
    ['mail templates', 'warning', /contains no templates/, { MAIL_TEMPLATES: t.testdir() }],
    [
      'secrets',
      'fault',
      /are the same.*SECRET_KEY_PREVIOUS/,
      { ALGORITHM: 'HS256', MASTER_KEY: secretFor('a key'), SECRET_KEY: secretFor('a key') },
    ],
    ['secrets', 'ok', /strong/, { MASTER_KEY: secretFor('master key') }],
    ['secrets', 'note', /SECRET_KEY has no effect, because ALGORITHM is ES256/, { SECRET_KEY: 'not-for-logs' }],
    [
      'secrets',
      'warning',
      /MASTER_KEY starts or ends with white space.*quotes/,
      { MASTER_KEY: `${secretFor('a key')} ` },
    ],
    ['database', 'warning', /all data is lost/, { DATABASE_URL: ':memory:' }],
  ]
  for (const [check, level, says, environment] of cases) {
    const { levels, said } = await examine({ ...newPlace(t).environment, ...environment })
    t.strictSame(levels(check), [level], `${check} ${Object.keys(environment)}`)
    t.match(said(check), says)
    t.notMatch(said(check), 'not-for-logs')
  }
})

t.test("a hashing cost below any of OWASP's minimums is reported", async (t) => {
  for (const [ARGON2_MEMORY_KIB, ARGON2_TIME, isEnough] of [
    ['19456', '2', true],
    ['7168', '5', true],
    ['47104', '1', true],
    ['19455', '2', false],
    ['46000', '1', false],
    ['7168', '4', false],
  ] as const) {
    const { said } = await examine({ ...newPlace(t).environment, ARGON2_MEMORY_KIB, ARGON2_TIME })
    t.equal(
      /warning: .*OWASP.*ARGON2_MEMORY_KIB=19456/.test(said('hashing')),
      !isEnough,
      `${ARGON2_MEMORY_KIB} ${ARGON2_TIME}`,
    )
  }
})

t.test(
  'a hash concurrency that does not fit the cores or the threads is reported, in containers as well',
  async (t) => {
    const of = async (environment: NodeJS.ProcessEnv, cores: number) =>
      (await examine({ ...newPlace(t).environment, ...environment }, { cores })).said('hashing')
    t.match(await of({ ARGON2_PARALLELISM: '4' }, 2), /warning: .*lanes \(4\).*cores \(2\)/)
    t.match(await of({ HASH_CONCURRENCY: '8' }, 4), /warning: .*hashes run .*\(8\).*cores \(4\).*HASH_CONCURRENCY=4/)
    t.match(await of({}, 0), /warning: .*hashes run at the same time \(\d+\)/, 'the default is reported as well')
    t.match(await of({ HASH_CONCURRENCY: '4' }, 4), /warning: .*=4\) .* all 4 threads.*UV_THREADPOOL_SIZE=6/)
    t.notMatch(await of({ HASH_CONCURRENCY: '4', UV_THREADPOOL_SIZE: '6' }, 4), /HASH_CONCURRENCY|CPU cores/)
    for (const UV_THREADPOOL_SIZE of ['abc', '0', '']) {
      const message = /warning: .*=1\) can keep the only thread of .*UV_THREADPOOL_SIZE=6/
      t.match(await of({ HASH_CONCURRENCY: '1', UV_THREADPOOL_SIZE }, 4), message, 'libuv creates one thread')
    }
    t.match(await of({}, 16), /note: Only \d of 16 CPU cores .*UV_THREADPOOL_SIZE=18/)
    t.notMatch(await of({ HASH_CONCURRENCY: '3' }, 16), /CPU cores/, 'the operator wants it')
    const environment = process.env
    t.teardown(() => Object.assign(process, { env: environment }))
    process.env = { ...environment, UV_THREADPOOL_SIZE: '2' }
    t.match(await of({}, 16), /Only 1 of 16/, 'the default leaves a thread of the pool free')
    t.strictSame(['max 100000', '', '150000 100000', '20000 100000'].map(coresAllowed), [Infinity, Infinity, 2, 1])
  },
)

t.test('an outdated or unsupported Node.js is reported', async (t) => {
  for (const [nodeVersion, level] of [
    ['18.20.1', 'fault'],
    ['20.18.9', 'fault'],
    ['20.19.0', 'warning'],
    ['21.0.0', 'warning'],
    ['22.0.0', 'ok'],
    ['26.1.0', 'ok'],
  ] as const) {
    const { levels, said } = await examine(newPlace(t).environment, { nodeVersion })
    t.strictSame(levels('Node.js'), [level], nodeVersion)
    if (level === 'warning') t.match(said('Node.js'), /out of support since April 2026\. 22 or later.*Install Node\.js/)
  }
})

t.test(
  'a certificate that has expired, expires soon, is for another name or has a readable key is reported',
  async (t) => {
    const { folder, environment } = newPlace(t)
    const { cert, key } = makeCertificate()
    const [TLS_CERT, TLS_KEY, openKey, otherKey] = ['cert.pem', 'key.pem', 'open.pem', 'other.pem'].map((name) =>
      join(folder, name),
    )
    await Promise.all(
      [
        [TLS_CERT, cert, 0o644],
        [TLS_KEY, key, 0o600],
        [openKey, key, 0o644],
        [otherKey, makeCertificate().key, 0o600],
      ].map(([path, pem, mode]) => writeFile(String(path), String(pem), { mode: Number(mode) })),
    )
    const own = { ...environment, TLS_CERT, TLS_KEY, PUBLIC_URL: 'https://localhost:1' }
    for (const [level, says, different, time] of [
      ['ok', /for localhost until Dec 31 .* 2049/, {}, undefined],
      ['fault', /is not for 0\.0\.0\.0, the host of PUBLIC_URL/, { PUBLIC_URL: far }, undefined],
      ['fault', /expired.*Renew.*SIGHUP/, {}, '2050-01-01'],
      ['warning', /within two weeks.*Renew/, {}, '2049-12-20'],
      ['fault', /valid only from/, {}, '2019-12-31'],
      ['fault', /read the private key .*open\.pem \(mode 644\)/, { TLS_KEY: openKey }, undefined],
      ['fault', /TLS_KEY is .*the key of the certificate/, { TLS_KEY: otherKey }, undefined],
      ['fault', /TLS_CERT is .*readable file/, { TLS_CERT: join(folder, 'nowhere.pem') }, undefined],
    ] as const) {
      const { levels, said } = await examine(
        { ...own, ...different },
        time === undefined ? {} : { now: () => Date.parse(time) },
      )
      t.strictSame(levels('certificate'), [level], String(says))
      t.match(said('certificate'), says)
    }
  },
)
