import { readFile } from 'node:fs/promises'
import t from 'tap'
import { readCommonPasswords } from '../../src/passwords/common-passwords.ts'
import { createPasswordRules } from '../../src/passwords/rules.ts'
import { ApiError } from '../../src/errors/index.ts'
import { buildWithSql, register, secretFor, signIn } from '../support/build.ts'

const common = await readCommonPasswords()
const rulesOf = (options = {}) =>
  createPasswordRules({
    minLength: 8,
    productName: 'Paper Boat',
    publicUrl: 'https://login.harbour.example',
    common,
    ...options,
  })
const rules = rulesOf()
const ada = ['ada', 'Ada.Byron+news@engine.example', 'Ada King, Countess of Lovelace']

/** @returns the code of the rejection, or undefined */
function rejectionOf(password: string, about: (string | null | undefined)[] = ada, { check } = rules) {
  try {
    return check(password, { field: 'password', about })
  } catch (error) {
    if (error instanceof ApiError) return error.code
    throw error
  }
}

t.test('each rejection names its rule and the invalid field and says what to do', async (t) => {
  const rows: Array<[password: string, code: string, message: string]> = [
    ['short', 'password_too_short', 'must have at least 8 characters: use several words'],
    ['x'.repeat(257), 'password_too_long', 'must have at most 256 characters: shorten it'],
    [
      'password1',
      'password_too_common',
      'is too common, and attackers guess such passwords first: use several unrelated words',
    ],
    [
      'ada-lovelace-1815',
      'password_too_personal',
      'is too similar to your name, your e-mail address or the name of this service: add unrelated words',
    ],
  ]
  for (const [password, code, message] of rows) {
    for (const field of ['password', 'new_password']) {
      const refusal = {
        statusCode: 400,
        code,
        message: `The ${field} ${message}.`,
        errors: [{ path: `/${field}`, message }],
      }
      t.throws(() => rules.check(password, { field, about: ada }), refusal, code)
    }
  }
})

t.test('length is counted in code points of NFC, whatever the characters (P3)', async (t) => {
  const codesByLength = {
    7: 'password_too_short',
    8: undefined,
    64: undefined,
    256: undefined,
    257: 'password_too_long',
  }
  for (const letter of ['é', 'e\u0301', '👩', '漢', '각', '\u1100\u1161\u11a8', 'ß', '\u2003']) {
    for (const [length, code] of Object.entries(codesByLength)) {
      t.equal(rejectionOf(letter.repeat(Number(length))), code, `${length} of ${letter}`)
    }
  }
  t.equal(rejectionOf('👨‍👩‍👧x'), 'password_too_short', 'a family emoji is five code points, joiners included')
  t.equal(rejectionOf('👨‍👩‍👧xyz'), undefined)
  t.equal(rejectionOf(secretFor('of 14').slice(0, 14), ada, rulesOf({ minLength: 15 })), 'password_too_short')
  t.equal(rejectionOf(secretFor('of 15').slice(0, 15), ada, rulesOf({ minLength: 15 })), undefined)
})

t.test('no kind of character is required, and none is rejected', async (t) => {
  for (const password of [
    'nur kleine buchstaben',
    'ALLES GROSSES HIER',
    '90317 44602 8',
    '!?!;:--,,..((',
    'пароль из слов',
    '  a space on both sides  ',
    'tab\tand\nnew line',
    '🔑🦊🌵🎈🐙🍋🧭🪁',
  ]) {
    t.equal(rejectionOf(password), undefined, password)
  }
})

t.test('the 3000 most common passwords of sufficient length are rejected in any case (V6.2.4)', async (t) => {
  const passwords = (await readFile('test/passwords/fixtures/common-passwords.txt', 'utf8')).trimEnd().split('\n')
  t.equal(passwords.length, 3000)
  const spellings = [
    (text: string) => text,
    (text: string) => text.toUpperCase(),
    (text: string) => text.toLowerCase(),
    (text: string) => text.charAt(0).toUpperCase() + text.slice(1),
  ]
  t.strictSame(
    passwords.filter((password) =>
      spellings.some((spell) => rejectionOf(spell(password), []) !== 'password_too_common'),
    ),
    [],
  )
})

t.test('the list holds at least 100,000 passwords and rejects only whole matches (V6.2.12)', async (t) => {
  t.ok(common.count >= 100_000, `${common.count}`)
  t.ok(Number.isInteger(common.count), 'the count is an integer')
  for (const password of [
    'password1',
    'PassWord1',
    'qwertyuiop',
    'iloveyou1',
    '1q2w3e4r5t',
    'P@ssw0rd',
    '12345678910',
    'tequieromucho',
    '\u212aawasaki',
  ]) {
    t.equal(rejectionOf(password), 'password_too_common', password)
  }
  for (const password of [
    'password1 and some more',
    'my password1',
    'password1 ',
    'pass word1',
    `password1${'x'.repeat(200)}`,
    'correct horse adage battery',
    secretFor('ada'),
  ]) {
    t.equal(rejectionOf(password), undefined, password)
  }
})

t.test('none of ten thousand good passwords is rejected', async (t) => {
  const passwords = Array.from({ length: 10_000 }, (_, index) => secretFor(`number ${index}`))
  t.strictSame(
    passwords.filter((password) => rejectionOf(password) !== undefined),
    [],
  )
})

t.test('a password that is little more than a name is rejected (V6.2.11)', async (t) => {
  const personal = [
    'adalovelace',
    'AdaLovelace',
    'Lovelace, Ada',
    'ada-lovelace-1815',
    '4d4l0vel4ce',
    '@d4 10v31@c3',
    'ÁDÁ lòvelâce',
    'ａｄａ　ｌｏｖｅｌａｃｅ',
    'ada.byron+news',
    'Ada.Byron+news@engine.example',
    'ada@engine.example',
    'engine.example',
    'king ada king',
    'adaadaada',
    'adaadaada!!!!!!!!!',
    'Countess 1234',
    'Latchkey2026!',
    'l4tchk3y',
    'Paper Boat 1',
    'paperboat!',
    'boatboatboat',
    'harbour2026',
    'login.harbour.example',
    'harbour-ada-boat',
  ]
  for (const password of personal) t.equal(rejectionOf(password), 'password_too_personal', password)
})

t.test('a name is allowed beside enough other characters', async (t) => {
  for (const password of [
    'correct horse adage battery',
    'correct horse ada battery',
    'ada+54321',
    'ada-54321',
    'ada 🔑🦊🌵🎈🐙',
    'my boat has a leak',
    secretFor('ada'),
  ]) {
    t.equal(rejectionOf(password), undefined, password)
  }
  t.equal(rejectionOf('ada lovelace', ['eve', null, undefined]), undefined, 'the name of another user')
  t.equal(
    rejectionOf('ed and al 1', ['ed', 'al@ab.example', 'Al Ed']),
    undefined,
    'names of one or two letters do not count',
  )
})

t.test('names count in every script and with digits in them', async (t) => {
  const rows: Array<[about: string, password: string]> = [
    ['Мария Кюри', 'мариякюри1'],
    ['Σίσυφος', 'ΣΊΣΥΦΟΣ1234'],
    ['김철수', '김철수김철수12'],
    ['José', 'Jose\u0301JOSE'],
    ['Groß', 'gross-GROSS'],
    ['agent 1815', 'Agent-1815'],
    ['x1l0n', 'x1l0n x1l0n'],
    ['Ke$ha', 'kesha kesha'],
    ['मीरा कुमार', 'मीरा-कुमार'],
    ['Ilija Milić', '1l1j4-m1l1c'],
    ['Ann Annabelle', 'annabelle12'],
  ]
  for (const [about, password] of rows) t.equal(rejectionOf(password, [about]), 'password_too_personal', about)
})

t.test('registration names the broken rule and stores nothing', async (t) => {
  const { app, count } = await buildWithSql(t, 'sqlite')
  const person = { email: 'ada.byron@engine.example', name: 'Ada Lovelace' }
  const rows = {
    seven77: 'password_too_short',
    [secretFor('x'.repeat(256))]: 'password_too_long',
    PassWord1: 'password_too_common',
    'Lovelace/1815': 'password_too_personal',
    'byron@engine': 'password_too_personal',
    'latchkey@localhost': 'password_too_personal',
  }
  for (const [password, code] of Object.entries(rows)) {
    const response = await register(app, 'ada', { ...person, password })
    t.equal(response.statusCode, 400, code)
    t.match(response.json(), {
      status: 400,
      code,
      detail: /^The password .*\.$/,
      errors: [{ path: '/password', message: /^(must|is) .+: / }],
    })
    t.notMatch(response.body, password)
  }
  t.equal(await count('users'), 0)
  t.equal((await register(app, 'ada', person)).statusCode, 201)
  t.equal((await signIn(app, 'ada')).statusCode, 200)
})
