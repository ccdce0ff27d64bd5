import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { build, getMe, onBoth, postForm, secretFor } from '../support/build.ts'
import { askReset, resetWith } from '../support/recovery.ts'
import { trim } from '../../src/lib/trim.ts'

/** The uses for which a string is valid: username, local part of an e-mail address, other text. */
type Uses = '' | 'text' | 'email text' | 'username text' | 'username email text'

/* Modelled on https://github.com/minimaxir/big-list-of-naughty-strings, with the valid uses of each. */
const strings: Array<[text: string, uses: Uses]> = [
  ['undefined', 'username email text'],
  ['null', 'username email text'],
  ['true', 'username email text'],
  ['NaN', 'username email text'],
  ['0', 'username email text'],
  ['-1', 'username email text'],
  ['1e1000', 'username email text'],
  ['1,000.00', 'text'],
  ['0x0', 'username email text'],
  ['__proto__', 'username email text'],
  ['constructor', 'username email text'],
  ['hasOwnProperty', 'username email text'],
  ['[object Object]', 'text'],
  ['CON', 'username email text'],
  ['Scunthorpe', 'username email text'],
  ['me', 'username email text'],
  ["' OR 1=1 --", 'text'],
  ["1'; DROP TABLE users; --", 'text'],
  ['$1', 'email text'],
  ['?', 'email text'],
  ['%s%n%x', 'email text'],
  ['%00', 'email text'],
  ['%2e%2e%2f', 'email text'],
  ['a+b', 'username email text'],
  ['a&b=c', 'email text'],
  ['{{7*7}}', 'email text'],
  ['$' + '{7*7}', 'email text'],
  ['`id`', 'email text'],
  ['$(id)', 'text'],
  ['../../../etc/passwd', 'text'],
  ['\\\\server\\share', 'text'],
  ['<script>alert(1)</script>', 'text'],
  ['"><img src=x onerror=alert(1)>', 'text'],
  ['{"a":1}', 'text'],
  ['a\r\nSet-Cookie: a=b', 'text'],
  ['a\nb', 'text'],
  ['a\tb', 'text'],
  [' ', 'text'],
  ['\u0001\u0002\u001f\u007f', 'text'],
  ['\u001b[31mred', 'text'],
  ['\u0085', 'text'],
  ['\u2028\u2029', 'text'],
  ['\u200b\u200d\u2060', 'text'],
  ['\u00ad', 'text'],
  ['\ufeff', 'text'],
  ['\u202egnp.exe', 'username email text'],
  ['\u2066a\u2069', 'username text'],
  ['\u3164', 'email text'],
  ['\u2800', 'text'],
  ['\ue000', 'text'],
  ['\ufffe\uffff', 'text'],
  ['\u{10ffff}', 'text'],
  ['Ω≈ç√∫', 'text'],
  ['½', 'email text'],
  ['ᵗʰᵉ', 'username email text'],
  ['ﬃ', 'username email text'],
  ['Ⱥ', 'username email text'],
  ['İı', 'username email text'],
  ['ßẞ', 'username email text'],
  ['１２３', 'username email text'],
  ['٠١٢', 'username email text'],
  ['田中さん', 'username email text'],
  ['社會科學院', 'username email text'],
  ['نص عربي', 'username text'],
  ['בְּרֵאשִׁית', 'username email text'],
  ['\ufdfa', 'username email text'],
  ['Za\u0351\u036bl\u0343g\u036do', 'username email text'],
  ['¯\\_(ツ)_/¯', 'text'],
  ['👩🏽‍🚀🏳️‍🌈', 'text'],
  ['🇺🇸🇷🇺', 'text'],
  ['𠜎𝟘', 'username email text'],
  ['\ufffd', ''],
  ['a\u0000b', ''],
  ['\u0000', ''],
  ['\ud800', ''],
  ['\udfff\ud800', ''],
  ['a\udc00b', ''],
]

onBoth(
  t,
  'naughty strings are kept exactly, except the ends of names (A1), or rejected with a reason (F8)',
  async (t, database) => {
    const { app } = await build(t, { database })
    for (const [index, [text, uses]] of strings.entries()) {
      await t.test(inAscii(text), async (t) => {
        const username = `user ${index}`
        const password = `${text} ${secretFor('password')}`
        const email = `${text}@example.com`
        if (uses === '') {
          await checkRefused(t, app, { username, password }, '/password')
          await checkRefused(t, app, { username, password: secretFor('password'), name: text }, '/name')
        } else {
          await checkKept(t, app, { username, password, name: text, ...(uses.includes('email') ? { email } : {}) })
        }
        if (!uses.includes('email')) {
          await checkRefused(t, app, { username, password: secretFor('password'), email }, '/email')
        }
        if (uses.includes('username')) await checkKept(t, app, { username: text, password })
        else await checkRefused(t, app, { username: text, password: secretFor('password') }, '/username')
      })
    }
  },
)

/** Escapes strings that would break the lines of the test report. */
function inAscii(text: string) {
  return JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

interface Registered {
  username: string
  password: string
  email?: string
  name?: string
}

/** Registers a user, signs in, and reads the account back from the database. */
async function checkKept(t: Test, app: FastifyInstance, user: Registered) {
  const { username, password, ...details } = user
  t.equal((await app.inject({ method: 'POST', url: '/auth/users', payload: user })).statusCode, 201)
  const signedIn = await app.inject({ method: 'POST', url: '/auth/token', payload: { username, password } })
  t.equal(signedIn.statusCode, 200)
  t.equal((await postForm(app, '/auth/token', { username, password })).statusCode, 200, 'by form as well')
  t.hasStrict((await getMe(app, signedIn.json().access_token)).json(), {
    ...details,
    username: trim(username).normalize('NFKC'),
    ...(details.email === undefined ? {} : { email: trim(details.email) }),
  })
  t.equal(
    (await postForm(app, '/auth/token', { username, password: secretFor('password') })).statusCode,
    401,
    'the rest of the password does not suffice',
  )
}

async function checkRefused(t: Test, app: FastifyInstance, user: Registered, path: string) {
  const response = await app.inject({ method: 'POST', url: '/auth/users', payload: user })
  t.equal(response.statusCode, 400)
  t.match(response.json(), { status: 400, code: 'invalid_request', detail: /\w/, errors: [{ path, message: /\w/ }] })
}

t.test('whatever is sent, each log entry is one line of JSON (F8)', async (t) => {
  const { app, lines, mailbox } = await build(t)
  for (const [text, uses] of strings) {
    const path = `/auth/${encodeURIComponent(text.toWellFormed())}`
    await app.inject({ url: path, headers: { 'user-agent': encodeURIComponent(text.toWellFormed()) } })
    await app.inject({
      method: 'POST',
      url: '/auth/token',
      payload: { username: text, password: secretFor('password') },
    })
    const statuses = uses === '' ? [400, 400] : [202, 400]
    t.strictSame(
      [(await askReset(app, text)).statusCode, (await resetWith(app, { username: text, code: '12345678' })).statusCode],
      statuses,
      inAscii(text),
    )
  }
  t.strictSame(await mailbox.collect(app), [])
  const requests = lines.filter((line) => JSON.parse(line).msg === 'request completed')
  t.equal(requests.length, 4 * strings.length)
  for (const line of lines) t.match(line, /^[^\r\n]*\n$/)
})
