import t from 'tap'
import { faultOfHash, readHash } from '../../src/passwords/formats/formats.ts'
import { vectors } from '../support/password-vectors.ts'

const libraries = new Set(vectors.map(({ library }) => library))

for (const library of libraries) {
  t.test(`a hash by ${library} opens with what was typed, and with nothing else (P3)`, async (t) => {
    await Promise.all(
      vectors
        .filter((vector) => vector.library === library)
        .map(async ({ scheme, password, also, hash }) => {
          const [right, wrong] = [[password, ...also], near(password, scheme).filter((other) => !also.includes(other))]
          const read = readHash(hash)
          const opened = await Promise.all(
            [...right, ...wrong].map(async (typed) => ({ typed, opens: await read?.verify(typed) })),
          )
          t.equal(read?.scheme, scheme, hash)
          t.equal(faultOfHash(hash), undefined, hash)
          t.strictSame(
            opened.filter(({ opens }) => opens).map(({ typed }) => typed),
            right,
            hash,
          )
        }),
    )
  })
}

/** Passwords that some systems take for this one. */
function near(password: string, scheme: string) {
  // Bcrypt reads no more than 72 bytes: there only the beginning is sure to differ.
  const shorter = scheme === 'bcrypt' ? password.slice(1) : [...password].slice(0, -1).join('')
  return [shorter, password.trimEnd(), password.normalize('NFC'), password.normalize('NFD')].filter(
    (other) => other !== password,
  )
}

const salt = 'c29tZSBzYWx0'
const key = 'A'.repeat(43)
const argon2 = (cost: string) => `$argon2id$v=19$${cost}$${salt}$${key}`
const bcrypt = (cost: string) => `$2b$${cost}$${'.'.repeat(53)}`
const django = (rounds: string) => `pbkdf2_sha256$${rounds}$salt$${key}=`
const passlib = (rounds: string) => `$pbkdf2-sha256$${rounds}$${salt}$${key}`
const scrypt = `${'0'.repeat(32)}:${'0'.repeat(128)}`

t.test('a hash weighs what it costs, whatever makes it cost that (X10)', async (t) => {
  const workOf = (hash: string) => readHash(hash)?.work ?? 0
  const usual = workOf(argon2('m=19456,t=2,p=1'))
  // Measured on one core beside the usual hash: seven times, a quarter, twice and half of its time.
  t.ok(workOf(argon2('m=128,t=100,p=16')) > 5 * usual, 'threads')
  t.ok(workOf(argon2('m=128,t=100,p=1')) < usual)
  t.ok(workOf(bcrypt('10')) > usual)
  t.equal(workOf(bcrypt('11')), 2 * workOf(bcrypt('10')))
  t.ok(workOf(django('50000')) < usual)
  t.equal(workOf(django('100000')), 2 * workOf(django('50000')))
})

const costly: Array<[why: string, hash: string, reason: RegExp]> = [
  ['4 GiB for argon2', argon2('m=4194304,t=1,p=1'), /more than 1048576 KiB/],
  ['1 KiB above the bound', argon2('m=1048577,t=1,p=1'), /more than 1048576 KiB/],
  ['a million passes', argon2('m=8,t=1000000,p=1'), /100 passes/],
  ['101 passes', argon2('m=8,t=101,p=1'), /100 passes/],
  ['17 lanes', argon2('m=8192,t=1,p=17'), /16 lanes/],
  ['a number of 400 digits', argon2(`m=${'9'.repeat(400)},t=1,p=1`), /more than 1048576 KiB/],
  ['4 GiB with the prefix of Django', `argon2${argon2('m=4194304,t=1,p=1')}`, /more than 1048576 KiB/],
  ['bcrypt at cost 15', bcrypt('15'), /cost beyond 4 to 14/],
  ['bcrypt at cost 31', bcrypt('31'), /cost beyond 4 to 14/],
  ['bcrypt at cost 3', bcrypt('03'), /cost beyond 4 to 14/],
  ['bcrypt at cost 15 with the prefix of Django', `bcrypt$${bcrypt('15')}`, /cost beyond 4 to 14/],
  ['3,000,001 rounds in the form of Django', django('3000001'), /more than 3000000 rounds/],
  ['3,000,001 rounds in the form of passlib', passlib('3000001'), /more than 3000000 rounds/],
  ['rounds beyond 32 bits', passlib('4294967297'), /more than 3000000 rounds/],
]

t.test('a hash that would cost too much is refused before anything is computed (P4)', async (t) => {
  for (const [why, hash, reason] of costly) {
    t.equal(readHash(hash), undefined, why)
    t.match(faultOfHash(hash), reason, why)
  }
})

t.test('a hash of another system may cost two seconds, threads included (P4, X10)', async (t) => {
  for (const cost of ['m=1048576,t=2,p=16', 'm=30000,t=100,p=1', 'm=27120,t=100,p=16', 'm=128,t=100,p=16']) {
    t.equal(faultOfHash(argon2(cost)), undefined, cost)
  }
  for (const [cost, seconds] of [
    ['m=1048576,t=3,p=1', 2.1],
    ['m=30001,t=100,p=1', 2.1],
    ['m=27121,t=100,p=16', 2.1],
    ['m=1048576,t=100,p=16', 70.1],
  ] as const) {
    t.match(faultOfHash(argon2(cost)), `about ${seconds} seconds to verify, and at most 2 seconds`, cost)
    t.equal(readHash(argon2(cost))?.scheme, 'argon2id', 'what was configured here is read')
  }
  for (const hash of [bcrypt('04'), bcrypt('14'), django('1'), django('3000000'), passlib('3000000'), scrypt]) {
    t.equal(faultOfHash(hash), undefined, hash)
    t.ok(readHash(hash), hash)
  }
})

/** Numbers that a lenient reader would take for one. */
const numbers = [
  '',
  '0',
  '-1',
  '+8',
  '08',
  '8.0',
  '8e0',
  '0x8',
  '1_000',
  ' 8',
  '8 ',
  '８',
  '٨',
  'NaN',
  'Infinity',
  '__proto__',
]
const mebibyte = 1024 * 1024

const odd: Array<[why: string, hash: string]> = [
  ...numbers
    .filter((number) => number !== '08')
    .map((number): [string, string] => ['a cost of bcrypt', bcrypt(number)]),
  ...numbers.flatMap((number): Array<[string, string]> => [
    ['a number of argon2', argon2(`m=${number},t=1,p=1`)],
    ['a number of argon2', argon2(`m=8,t=${number},p=1`)],
    ['a number of argon2', argon2(`m=64,t=1,p=${number}`)],
    ['rounds in the form of Django', django(number)],
    ['rounds in the form of passlib', passlib(number)],
  ]),
  ['a bcrypt cost of one digit', bcrypt('4')],
  ['less memory than the lanes need', argon2('m=31,t=1,p=4')],
  ['parameters in another order', argon2('t=1,m=8,p=1')],
  ['a parameter too many', argon2('m=8,t=1,p=1,data=AAAA')],
  ['a parameter twice', argon2('m=8,m=8,t=1,p=1')],
  ['no parameters', `$argon2id$v=19$${salt}$${key}`],
  ['another version', argon2('m=8,t=1,p=1').replace('v=19', 'v=17')],
  ['another kind of argon2', argon2('m=8,t=1,p=1').replace('argon2id', 'argon2x')],
  ['no key', `$argon2id$v=19$m=8,t=1,p=1$${salt}`],
  ['a key of 15 bytes', `$argon2id$v=19$m=8,t=1,p=1$${salt}$${'A'.repeat(20)}`],
  ['a key of 1025 bytes', `$argon2id$v=19$m=8,t=1,p=1$${salt}$${'A'.repeat(1367)}`],
  ['a salt of 7 bytes', `$argon2id$v=19$m=8,t=1,p=1$${'A'.repeat(10)}$${key}`],
  ['no base64 of any length', `${argon2('m=8,t=1,p=1')}AA`],
  ['base64 with bits to spare', `${argon2('m=8,t=1,p=1').slice(0, -1)}B`],
  ['base64 with padding', `${argon2('m=8,t=1,p=1')}=`],
  ['base64 for URLs', `${argon2('m=8,t=1,p=1').slice(0, -2)}_A`],
  ['bcrypt of the program at fault', bcrypt('04').replace('2b', '2x')],
  ['the first bcrypt', bcrypt('04').replace('2b', '2')],
  ['bcrypt without its end', bcrypt('04').slice(0, -1)],
  ['bcrypt with more at its end', `${bcrypt('04')}.`],
  ['bcrypt whose salt has bits to spare', `$2b$04$${'.'.repeat(21)}/${'.'.repeat(31)}`],
  ['bcrypt whose key has bits to spare', `${bcrypt('04').slice(0, -1)}/`],
  ['bcrypt of a SHA-256, of Django', bcrypt('04').replace('$2b', 'bcrypt_sha256$$2b')],
  ['another digest', django('1').replace('sha256', 'md5')],
  ['a digest that every object has', django('1').replace('sha256', '__proto__')],
  ['the key of another digest', django('1').replace('sha256', 'sha1')],
  ['no padding in the form of Django', django('1').slice(0, -1)],
  ['no salt in the form of Django', `pbkdf2_sha256$1$$${key}=`],
  ['a space in the salt', `pbkdf2_sha256$1$sa lt$${key}=`],
  ['a salt of 1025 characters', `pbkdf2_sha256$1$${'a'.repeat(1025)}$${key}=`],
  ['no salt in the form of passlib', `$pbkdf2-sha256$1$$${key}`],
  ['a salt of 1025 bytes', `$pbkdf2-sha256$1$${'A'.repeat(1367)}$${key}`],
  ['a key of 31 bytes', `$pbkdf2-sha256$1$${salt}$${'A'.repeat(42)}`],
  ['scrypt in capitals', scrypt.replaceAll('0', 'A')],
  ['scrypt with a salt of another length', `0${scrypt}`],
  ['scrypt without its end', scrypt.slice(0, -1)],
  ['scrypt of Django', `scrypt$16384$salt$8$1$${'A'.repeat(86)}==`],
  ['what Django gives those who cannot sign in', '!kGZhYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5eg'],
  ...[
    '',
    ' ',
    '$',
    '$$$$$',
    ':',
    'null',
    '__proto__',
    'constructor',
    'secret',
    '$1$salt$hash',
    '$6$salt$hash',
    '5f4dcc3b5aa765d61d8327deb882cf99',
  ].map((text): [string, string] => ['no hash', text]),
  ...['a', '$', '0', 'A=', '$argon2id$', '$2b$04$', 'pbkdf2_sha256$1$', '$pbkdf2$1$', '0:'].map(
    (text): [string, string] => ['a mebibyte', text.repeat(mebibyte / text.length)],
  ),
  ...['$argon2id$v=19$m=', '$2b$', 'pbkdf2_sha256$', '$pbkdf2$1$A'].map((text): [string, string] => [
    'a long number',
    text.padEnd(3072, '1'),
  ]),
]

t.test('what is no whole hash is refused with a reason, and nothing throws (P4)', async (t) => {
  const taken = odd.filter(
    ([, hash]) => readHash(hash) !== undefined || !/^(is|has|asks) \w/.test(faultOfHash(hash) ?? ''),
  )
  t.strictSame(
    taken.map(([why, hash]) => `${why}: ${hash.slice(0, 200)}`),
    [],
  )
  for (const hash of [
    argon2('m=8,t=1,p=1'),
    `argon2${argon2('m=8,t=1,p=1')}`,
    bcrypt('04'),
    `bcrypt$${bcrypt('04')}`,
    django('1'),
    passlib('1'),
    scrypt,
  ]) {
    t.ok(readHash(hash), hash)
    const altered = [
      ` ${hash}`,
      `${hash} `,
      `${hash}\n`,
      `\n${hash}`,
      `${hash}\u0000`,
      `${hash}$`,
      `$${hash}`,
      `${hash}\n${hash}`,
      hash.slice(1),
    ]
    t.strictSame(
      altered.filter((text) => readHash(text) !== undefined || faultOfHash(text) === undefined),
      [],
    )
  }
})
