import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { createHashQueue } from '../../src/passwords/hash-queue.ts'
import { createHashing, type HashingCost } from '../../src/passwords/hashing.ts'
import { build, buildWithSql, onBoth, postForm, register, secretFor, signIn } from '../support/build.ts'
import { vectors } from '../support/password-vectors.ts'

const prefix = secretFor('start')

/** Passwords that other systems have treated as equal. */
const distinctPairs: Array<[why: string, one: string, other: string]> = [
  ['alike in their first 72 bytes', `${prefix}${'x'.repeat(72)}a`, `${prefix}${'x'.repeat(72)}b`],
  ['alike in their first 255 characters', `${prefix.padEnd(255, 'x')}a`, `${prefix.padEnd(255, 'x')}b`],
  ['one is a prefix of the other', `${prefix.padEnd(72, 'x')}`, `${prefix.padEnd(73, 'x')}`],
  ['a trailing space', prefix, `${prefix} `],
  ['a leading space', prefix, ` ${prefix}`],
  ['two spaces in place of one', `${prefix} a`, `${prefix}  a`],
  ['a no-break space', `${prefix} a`, `${prefix}\u00a0a`],
  ['a trailing newline', prefix, `${prefix}\n`],
  ['case', `${prefix} a`, `${prefix} A`],
  ['an accent', `${prefix} e`, `${prefix} é`],
  ['a ligature, which NFC keeps', `${prefix} fi`, `${prefix} ﬁ`],
  ['full width', `${prefix} a`, `${prefix} ａ`],
  ['sharp s', `${prefix} ss`, `${prefix} ß`],
  ['an emoji with a skin tone', `${prefix} 👍`, `${prefix} 👍🏽`],
  ['two emojis', `${prefix} 🔑`, `${prefix} 🔒`],
  ['a zero-width joiner', prefix, `${prefix}\u200d`],
  ['a variation selector', `${prefix} ❤`, `${prefix} ❤\ufe0f`],
  ['a byte order mark', prefix, `\ufeff${prefix}`],
  ['characters that forms encode', `${prefix} +%2B&a=b`, `${prefix}  +&a=b`],
]

t.test('passwords that differ in any character are distinct (P3)', async (t) => {
  const { app } = await build(t)
  for (const [index, [why, one, other]] of distinctPairs.entries()) {
    const [ada, eve] = [`ada ${index}`, `eve ${index}`]
    t.equal((await register(app, ada, { password: one })).statusCode, 201, why)
    t.equal((await register(app, eve, { password: other })).statusCode, 201, why)
    t.strictSame(await statusesOf(app, ada, one, other), [200, 401], why)
    t.strictSame(await statusesOf(app, eve, other, one), [200, 401], why)
  }
})

/** Signs in with each password by JSON and by form, which must agree. */
async function statusesOf(app: FastifyInstance, username: string, ...passwords: string[]) {
  return Promise.all(
    passwords.map(async (password) => {
      const json = await app.inject({ method: 'POST', url: '/auth/token', payload: { username, password } })
      const form = await postForm(app, '/auth/token', { username, password })
      return json.statusCode === form.statusCode
        ? json.statusCode
        : `${json.statusCode} by JSON and ${form.statusCode} by form`
    }),
  )
}

t.test('a password is the same composed and decomposed, as keyboards differ (P3)', async (t) => {
  const { app } = await build(t)
  const pairs: Array<[one: string, other: string]> = [
    ['Jos\u00e9', 'Jose\u0301'],
    ['\uac01', '\u1100\u1161\u11a8'],
    ['\u212b', 'A\u030a'],
    ['\u1ea1\u0307', 'a\u0307\u0323'],
  ]
  for (const [index, [one, other]] of pairs.entries()) {
    const [composed, decomposed] = [`${prefix} ${one}`, `${prefix} ${other}`]
    await register(app, `ada ${index}`, { password: composed })
    await register(app, `eve ${index}`, { password: decomposed })
    t.strictSame(await statusesOf(app, `ada ${index}`, composed, decomposed), [200, 200], one)
    t.strictSame(await statusesOf(app, `eve ${index}`, composed, decomposed), [200, 200], one)
  }
})

t.test('users from another system sign in as before, however the keyboard composes (P3)', async (t) => {
  const { app, change } = await buildWithSql(t, 'sqlite')
  await register(app, 'ada')
  const [composed, decomposed] = ['not-for-logs, composed: Jos\u00e9', 'not-for-logs, decomposed: Jose\u0301']
  for (const scheme of new Set(vectors.map((vector) => vector.scheme))) {
    const attempts: Array<[hashed: string, typed: string, status: number]> = [
      [composed, `${composed} `, 401],
      [composed, composed, 200],
      [composed, composed.normalize('NFD'), 200],
      [decomposed, decomposed, 200],
      // Other systems hash the bytes as they are; only better-auth composes them.
      [decomposed, decomposed.normalize('NFC'), scheme === 'scrypt' ? 200 : 401],
    ]
    for (const [hashed, typed, status] of attempts) {
      await change(`update users set password_hash = '${hashOf(scheme, hashed)}'`)
      t.equal((await signIn(app, 'ada', { password: typed })).statusCode, status, `${scheme}, ${hashed}`)
    }
  }
})

onBoth(t, 'another system’s hash is rewritten at the first successful sign-in only (P5)', async (t, database) => {
  // Costs an attacker as much as the most expensive of them.
  const { app, change, rows } = await buildWithSql(t, database, { ARGON2_MEMORY_KIB: '16384' })
  await register(app, 'ada')
  const stored = async () => String((await rows('select password_hash from users'))[0]?.password_hash)
  const password = 'not-for-logs, decomposed: Jose\u0301'
  for (const scheme of new Set(vectors.map((vector) => vector.scheme))) {
    const foreign = String(hashOf(scheme, password))
    await change(`update users set password_hash = '${foreign}'`)
    await signIn(app, 'ada', { password: `${password} ` })
    t.equal(await stored(), foreign, 'a wrong password does not rewrite it')
    await signIn(app, 'ada', { password })
    const own = await stored()
    t.match(own, /^\$argon2id\$v=19\$m=16384,t=1,p=1\$/, scheme)
    t.equal(
      (await signIn(app, 'ada', { password: password.normalize('NFC') })).statusCode,
      200,
      'both spellings match from now on',
    )
    t.equal(await stored(), own)
  }
})

function hashOf(scheme: string, password: string) {
  return vectors.find((vector) => vector.scheme === scheme && vector.password === password)?.hash
}

t.test('a stored hash that is unreadable or too expensive matches no password (P4)', async (t) => {
  const { app, change } = await buildWithSql(t, 'sqlite')
  await register(app, 'ada')
  const rest = '$c29tZSBzYWx0$' + 'A'.repeat(43)
  for (const stored of [
    '',
    '!',
    '__proto__',
    `$argon2id$v=19$m=4194304,t=1,p=1${rest}`,
    `$argon2id$v=19$m=8,t=1000000,p=1${rest}`,
    '$2b$31$' + '.'.repeat(53),
  ]) {
    await change(`update users set password_hash = '${stored}'`)
    t.strictSame(await statusesOf(app, 'ada', secretFor('ada'), secretFor('eve')), [401, 401], stored)
  }
})

t.test('a hash with another scheme or cost is outdated unless it costs an attacker more (P5, A10)', async (t) => {
  const cost = { memoryKib: 7168, passes: 1, lanes: 1 }
  const ofCost = (cost: HashingCost) => createHashing(cost, createHashQueue({ concurrency: 1, queueMs: 1000 }))
  const requester = { sharers: ['192.0.2.1'], hasReservedRoom: false }
  const passwords = ofCost(cost)
  t.notOk(passwords.needsRehash(await passwords.hash(secretFor('ada'), requester)))
  for (const [other, isOutdated] of [
    [{ memoryKib: 7167 }, true],
    [{ memoryKib: 7169 }, false],
    [{ passes: 2 }, false],
    [{ memoryKib: 71680 }, false],
    [{ memoryKib: 71680, lanes: 2 }, false],
    [{ memoryKib: 3584, passes: 2 }, true],
    // The cost of starting threads does not slow an attacker down.
    [{ lanes: 2 }, true],
    [{ lanes: 11 }, true],
  ] as const) {
    t.equal(
      passwords.needsRehash(await ofCost({ ...cost, ...other }).hash(secretFor('ada'), requester)),
      isOutdated,
      JSON.stringify(other),
    )
  }
  const usual = ofCost({ memoryKib: 19456, passes: 2, lanes: 1 })
  const bcrypt = (cost: number) => `$2b$${cost}$${'.'.repeat(53)}`
  const [key, salt] = ['A'.repeat(43), 'c29tZSBzYWx0']
  for (const hash of [bcrypt(10), `$pbkdf2-sha256$600000$${salt}$${key}`, `$scrypt$ln=14,r=8,p=5$${salt}$${key}`]) {
    t.ok(usual.needsRehash(hash), `equally strong: ${hash}`)
  }
  for (const hash of [bcrypt(11), `$pbkdf2-sha256$700000$${salt}$${key}`, `$scrypt$ln=14,r=8,p=6$${salt}$${key}`]) {
    t.notOk(usual.needsRehash(hash), `stronger: ${hash}`)
  }
  t.ok(usual.needsRehash(''), 'no hash')
})

t.test('a password that is invalid text is rejected with a reason, never truncated or replaced (P3)', async (t) => {
  const { app } = await build(t)
  for (const password of [
    `${prefix}\u0000`,
    `${prefix}\u0000more`,
    `\u0000${prefix}`,
    `${prefix}\ud800`,
    `\udc00${prefix}`,
    `${prefix}\ude00\ud83d`,
  ]) {
    const response = await register(app, 'ada', { password })
    t.equal(response.statusCode, 400)
    t.match(response.json(), { code: 'invalid_request', errors: [{ path: '/password', message: /invalid char/ }] })
  }
  t.equal((await register(app, 'ada', { password: prefix })).statusCode, 201)
  for (const rest of ['\u0000', '\u0000more', '\ud800', '\ufffd']) {
    const response = await app.inject({
      method: 'POST',
      url: '/auth/token',
      payload: { username: 'ada', password: prefix + rest },
    })
    t.not(response.statusCode, 200)
    t.ok(response.statusCode < 500)
  }
  t.equal((await signIn(app, 'ada', { password: `${prefix}\u0000` })).statusCode, 400, 'by form')
})

t.test('a password in an encoding other than UTF-8 is rejected, as two of them could become one (P3)', async (t) => {
  const { app } = await build(t)
  const bodies = {
    'application/json': (password: string) => Buffer.from(JSON.stringify({ username: 'ada', password }), 'latin1'),
    'application/x-www-form-urlencoded': (password: string) =>
      Buffer.from(`username=ada&password=${password}`, 'latin1'),
  }
  for (const [type, bodyOf] of Object.entries(bodies)) {
    for (const url of ['/auth/users', '/auth/token']) {
      const response = await app.inject({
        method: 'POST',
        url,
        headers: { 'content-type': type },
        payload: bodyOf(`${prefix} caf\u00e9`),
      })
      t.equal(response.statusCode, 400, `${type} to ${url}`)
      t.match(response.json().errors, [{ path: '/password', message: /invalid characters/ }])
    }
  }
})

t.test('a password that is too long is rejected, not truncated (P2)', async (t) => {
  const { app } = await build(t)
  await register(app, 'ada')
  for (const password of ['x'.repeat(1025), 'x'.repeat(15_000)]) {
    const response = await signIn(app, 'ada', { password: secretFor(password) })
    t.equal(response.statusCode, 400)
    t.match(response.json().errors, [{ path: '/password', message: String }])
  }
  t.equal((await signIn(app, 'ada', { password: secretFor('x'.repeat(1024 * 1024)) })).statusCode, 413)
  t.equal((await register(app, 'eve', { password: secretFor('x'.repeat(1024 * 1024)) })).statusCode, 413)
})
