import { decodeJwt } from 'jose'
import t from 'tap'
import { build, getMe, onBoth, signedUp } from '../support/build.ts'
import {
  accepts,
  openService,
  placeOf,
  refuses,
  underEach,
  type Changes,
  type OpenedService,
} from '../support/forged-tokens.ts'

const issuer = 'http://localhost:3000/auth'

/** A token for each invalid value of a claim. */
function withEach({ forge }: OpenedService, claim: string, values: unknown[]) {
  return Object.fromEntries(
    values.map((value) => [`${claim} ${JSON.stringify(value)?.slice(0, 60)}`, forge({ claims: { [claim]: value } })]),
  )
}

/** Like `withEach`, for JSON that JSON.stringify cannot write. */
function withEachText({ claims, forge }: OpenedService, claim: string, values: string[]) {
  const { [claim]: _, ...rest } = claims
  const start = JSON.stringify(rest).slice(0, -1)
  return Object.fromEntries(
    values.map((value) => [`${claim} ${value}`, forge({ payloadText: `${start},"${claim}":${value}}` })]),
  )
}

/** JSON nested too deeply for a recursive parser. */
const nested = (json: string) => `${'['.repeat(50_000)}${json}${']'.repeat(50_000)}`

underEach(t, 'a token of another issuer or of several is rejected (J6)', async (t, built) => {
  await refuses(
    t,
    built,
    withEach(built, 'iss', [
      undefined,
      null,
      '',
      [issuer],
      [issuer, 'https://evil.example'],
      ['https://evil.example', issuer],
      [],
      {},
      { 0: issuer, length: 1 },
      true,
      1,
      `${issuer}/`,
      `${issuer} `,
      `${issuer}\0`,
      `${issuer}?`,
      `${issuer}#`,
      issuer.toUpperCase(),
      issuer.slice(0, -1),
      'http://localhost:3000',
      'https://localhost:3000/auth',
      'http://127.0.0.1:3000/auth',
      'http://localhost:3001/auth',
      'http://localhost:3000/Auth',
      'http://localhost:3000/%61uth',
      'https://evil.example',
      '.*',
    ]),
  )
})

underEach(t, 'a token for another audience is rejected (J6)', async (t, built) => {
  await refuses(
    t,
    built,
    withEach(built, 'aud', [
      undefined,
      null,
      '',
      [],
      {},
      [''],
      [null],
      [[issuer]],
      [[[issuer]]],
      { [issuer]: true },
      { 0: issuer, length: 1 },
      { includes: issuer },
      true,
      1,
      'https://other.example',
      ['https://other.example'],
      ['https://other.example', 'https://third.example'],
      `${issuer},https://other.example`,
      `${issuer} https://other.example`,
      `${issuer}/`,
      [`${issuer}/`],
      [issuer.toUpperCase()],
      'http://localhost:3000',
      ['http://localhost:3000'],
      '*',
      ['*'],
      '.*',
    ]),
  )
})

underEach(t, 'the audience may be the issuer alone or one of several', async (t, { app, forge }) => {
  await accepts(t, app, {
    'a string': forge({ claims: { aud: issuer } }),
    'a list': forge({ claims: { aud: [issuer] } }),
    'one of several': forge({ claims: { aud: ['https://other.example', issuer] } }),
  })
})

underEach(t, 'a token that is expired or has a missing or invalid exp is rejected (J10)', async (t, built) => {
  const now = built.clock.now() / 1000
  const iat = Number(built.claims.iat)
  await refuses(t, built, {
    ...withEach(built, 'exp', [
      undefined,
      null,
      '',
      String(iat + 600),
      `${iat + 600}.0`,
      new Date((iat + 600) * 1000),
      [iat + 600],
      { valueOf: iat + 600 },
      true,
      false,
      0,
      -1,
      iat - 1,
      iat,
      now,
      iat + 15 * 60 + 1,
      iat + 24 * 3600,
      iat * 1000,
      Number.MAX_SAFE_INTEGER,
      Number.MAX_VALUE,
    ]),
    ...withEachText(built, 'exp', ['1e999', '-1e999', '1e308', '99999999999999999999999999', '1'.repeat(400)]),
    'without exp and iat': built.forge({ claims: { exp: undefined, iat: undefined } }),
    'without exp, with nbf instead': built.forge({ claims: { exp: undefined, nbf: iat } }),
  })
})

underEach(t, 'a token from the future or with an invalid iat is rejected (J10)', async (t, built) => {
  const iat = Number(built.claims.iat)
  await refuses(t, built, {
    ...withEach(built, 'iat', [
      undefined,
      null,
      '',
      String(iat),
      [iat],
      {},
      true,
      iat * 1000,
      Number.MAX_VALUE,
      -Number.MAX_VALUE,
      0,
      iat - 1,
      iat + 32,
    ]),
    ...withEachText(built, 'iat', ['1e999', '-1e999', '1e308', '-1e308']),
    'an hour ahead, with a lifetime of fifteen minutes': built.forge({
      claims: { iat: iat + 3600, exp: iat + 3600 + 900 },
    }),
    'a century ahead': built.forge({ claims: { iat: iat + 3e9, exp: iat + 3e9 + 900 } }),
    'both infinite': built.forge({
      payloadText: JSON.stringify({ ...built.claims, iat: 0, exp: 0 }).replaceAll(/"(iat|exp)":0/g, '"$1":1e999'),
    }),
  })
  await refuses(t, built, {
    ...withEach(built, 'nbf', [
      null,
      '',
      String(iat),
      [iat],
      {},
      true,
      iat + 32,
      iat + 600,
      iat * 1000,
      Number.MAX_VALUE,
    ]),
    ...withEachText(built, 'nbf', ['1e999', '-1e999']),
  })
})

underEach(
  t,
  'the clock of another instance may be 30 seconds ahead, and a token is valid until it expires',
  async (t, { app, clock, claims, forge }) => {
    const iat = Number(claims.iat)
    await accepts(t, app, {
      'issued a moment ahead': forge({ claims: { iat: iat + 20, exp: iat + 20 + 900 } }),
      'valid from now': forge({ claims: { nbf: iat } }),
      'times with fractions': forge({ claims: { iat: iat + 0.5, exp: iat + 60.5 } }),
    })
    const token = forge({ claims: { exp: iat + 60 } })
    clock.advance((iat + 60) * 1000 - clock.now() - 1)
    await accepts(t, app, { 'in its last millisecond': token })
    clock.advance(1)
    t.equal((await getMe(app, token)).statusCode, 401, 'and not in the next one, even though it was accepted before')
  },
)

underEach(t, 'a token with a missing claim or one of another type is rejected', async (t, built) => {
  for (const claim of ['sub', 'sid', 'client_id', 'jti', 'scope']) {
    await refuses(
      t,
      built,
      withEach(built, claim, [undefined, null, 1, true, {}, [], [built.claims[claim]], { value: built.claims[claim] }]),
    )
  }
  await refuses(t, built, {
    'claims in a prototype': built.forge({ payloadText: JSON.stringify({ ['__proto__']: built.claims }) }),
    'claims nested in a claim': built.forge({
      payloadText: JSON.stringify({ payload: built.claims, claims: built.claims }),
    }),
  })
})

underEach(t, 'a payload that is not a JSON object is rejected', async (t, built) => {
  const { claims, forge } = built
  const texts = [
    '',
    ' ',
    '{}',
    '{',
    '[]',
    'null',
    'true',
    '1',
    '1e999',
    '""',
    'undefined',
    'NaN',
    '{"sub"}',
    JSON.stringify([claims]),
    JSON.stringify(JSON.stringify(claims)),
    JSON.stringify(Object.entries(claims)),
    `${JSON.stringify(claims)},`,
    `${JSON.stringify(claims)}{}`,
    `\uFEFF${JSON.stringify(claims)}x`,
    `'${JSON.stringify(claims)}'`,
    '['.repeat(50_000),
    '{"a":'.repeat(50_000),
    nested('1'),
    `${'{"sub":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
    'x'.repeat(1_000_000),
    `"${'x'.repeat(1_000_000)}"`,
  ]
  await refuses(t, built, {
    ...Object.fromEntries(
      texts.map((payloadText) => [
        `payload ${JSON.stringify(payloadText).slice(0, 60)} of ${payloadText.length}`,
        forge({ payloadText }),
      ]),
    ),
    'not UTF-8': forge({ payloadText: Buffer.from([0xff, 0xfe, 0xfd]) }),
    'not UTF-8 in a key': forge({
      payloadText: Buffer.concat([Buffer.from('{"'), Buffer.from([0xff]), Buffer.from('":1}')]),
    }),
  })
})

underEach(t, 'additional claims change nothing, however deep or large', async (t, { app, claims, forge }) => {
  const start = JSON.stringify(claims).slice(0, -1)
  const withExtra = (json: string): Changes => ({ payloadText: `${start},"extra":${json}}` })
  await accepts(t, app, {
    deep: forge(withExtra(nested('1'))),
    huge: forge(withExtra(`"${'x'.repeat(1_000_000)}"`)),
    'a prototype': forge(
      withExtra('1,"__proto__":{"sub":"x","disabled":true},"constructor":{"prototype":{"polluted":true}}'),
    ),
  })
  t.notOk('polluted' in {})
})

underEach(t, 'a deep or huge value of a relevant claim is rejected', async (t, built) => {
  const deep = nested(`"${issuer}"`)
  for (const claim of ['iss', 'aud', 'sub', 'sid', 'exp', 'iat', 'nbf', 'jti', 'client_id', 'scope']) {
    await refuses(
      t,
      built,
      Object.fromEntries(
        Object.entries(withEachText(built, claim, [deep])).map(([, token]) => [`${claim} is deep`, token]),
      ),
    )
  }
  await refuses(
    t,
    built,
    Object.fromEntries(
      ['iss', 'aud', 'sub', 'sid'].map((claim) => [
        `${claim} is huge`,
        built.forge({ claims: { [claim]: 'x'.repeat(1_000_000) } }),
      ]),
    ),
  )
})

/** Values that would cause an error or an injection if they reached a database. */
const hostileIds = [
  '',
  ' ',
  '\0',
  '\u0000'.repeat(36),
  "' or '1'='1",
  "'; drop table sessions; --",
  '" or 1=1 --',
  '%',
  '_'.repeat(36),
  '*',
  '$1',
  '?',
  ':id',
  '\\',
  '\uD800',
  '😀'.repeat(18),
  '00000000-0000-0000-0000-000000000000',
  'null',
  'x'.repeat(8000),
  '0'.repeat(36),
  '-'.repeat(36),
  '__proto__',
]

onBoth(t, 'an unknown subject or session is rejected, and never causes a database error', async (t, database) => {
  for (const algorithm of ['ES256', 'HS256'] as const) {
    await t.test(algorithm, async (t) => {
      const built = await openService(t, { algorithm, database })
      for (const claim of ['sub', 'sid']) {
        const own = String(built.claims[claim])
        const near = [
          `${own}\0`,
          `\0${own}`,
          `${own}\n`,
          `${own} `,
          `${own}' --`,
          own.toUpperCase(),
          own.replaceAll('-', ''),
          `{${own}}`,
          `urn:uuid:${own}`,
          own.slice(0, -1),
          `${own}0`,
          0,
          [own],
        ]
        await refuses(t, built, withEach(built, claim, [...hostileIds, ...near]))
      }
      await refuses(t, built, {
        swapped: built.forge({ claims: { sub: built.claims.sid, sid: built.claims.sub } }),
      })
    })
  }
})

onBoth(t, 'the session of one user is invalid for another', async (t, database) => {
  for (const algorithm of ['ES256', 'HS256'] as const) {
    await t.test(algorithm, async (t) => {
      const built = await openService(t, { algorithm, database })
      const bob = decodeJwt((await signedUp(built.app, 'bob')).access_token)
      await refuses(t, built, {
        'bob’s sub': built.forge({ claims: { sub: bob.sub } }),
        'bob’s sid': built.forge({ claims: { sid: bob.sid } }),
        'bob’s sub and name': built.forge({ claims: { sub: bob.sub, preferred_username: 'bob' } }),
      })
      const both = await getMe(built.app, built.forge({ claims: { sub: bob.sub, sid: bob.sid } }))
      t.equal(both.json().username, 'bob', 'both together are bob, regardless of the name in the token')
    })
  }
})

underEach(t, 'a token grants neither more than its scope nor more than its user holds', async (t, { app, forge }) => {
  for (const scope of [
    '',
    ' ',
    'users:read',
    'Account',
    'account:read',
    'account,users:read',
    'accounts',
    'account\n',
    '*',
  ]) {
    const response = await getMe(app, forge({ claims: { scope } }))
    t.strictSame(
      [response.statusCode, response.json().code, response.headers['www-authenticate']],
      [403, 'insufficient_scope', 'Bearer error="insufficient_scope", scope="account"'],
      JSON.stringify(scope),
    )
  }
  await accepts(t, app, { 'among other scopes': forge({ claims: { scope: 'users:write  account account' } }) })
})

onBoth(
  t,
  'an instance with another issuer reports it at startup and replaces the previous one (A12)',
  async (t, database) => {
    const place = await placeOf(t, database)
    const start = async (PUBLIC_URL: string) => {
      const { app, lines } = await build(t, { environment: { ...place, PUBLIC_URL } })
      await app.close()
      return lines.map((line) => JSON.parse(line)).filter(({ previousIssuer }) => previousIssuer !== undefined)
    }
    t.strictSame(await start('https://one.example.com'), [])
    t.strictSame(await start('https://one.example.com'), [])
    t.match(await start('https://two.example.com'), [
      { level: 40, issuer: 'https://two.example.com/auth', previousIssuer: 'https://one.example.com/auth' },
    ])
    t.strictSame(await start('https://two.example.com'), [])
  },
)
