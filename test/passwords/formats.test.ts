import { pbkdf2Sync } from 'node:crypto'
import t from 'tap'
import { convertFirebaseHash, readFirebaseParameters } from '../../src/passwords/formats/firebase.ts'
import { faultOfHash, readHash } from '../../src/passwords/formats/formats.ts'
import { firebaseExample as project, vectors } from '../support/password-vectors.ts'

const libraries = new Set(vectors.map(({ library }) => library))

for (const library of libraries) {
  t.test(`a hash by ${library} matches its password and no other (P3)`, async (t) => {
    await Promise.all(
      vectors
        .filter((vector) => vector.library === library)
        .map(async ({ scheme, password, also, hash }) => {
          const [right, wrong] = [
            [password, ...also],
            similarPasswords(password, scheme).filter((other) => !also.includes(other)),
          ]
          const read = readHash(hash)
          const attempts = await Promise.all(
            [...right, ...wrong].map(async (typed) => ({ typed, opens: await read?.verify(typed) })),
          )
          t.equal(read?.scheme, scheme, hash)
          t.equal(faultOfHash(hash), undefined, hash)
          t.strictSame(
            attempts.filter(({ opens }) => opens).map(({ typed }) => typed),
            right,
            hash,
          )
        }),
    )
  })
}

/** Passwords that some systems treat as this one. */
function similarPasswords(password: string, scheme: string) {
  // Bcrypt reads at most 72 bytes, so only a change at the beginning is sure to matter.
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
const djangoScrypt = (cost = '16384$salt$8$1') => `scrypt$${cost}$${'A'.repeat(86)}==`
const werkzeugScrypt = (cost: string) => `scrypt:${cost}$salt$${'0'.repeat(128)}`
const passlibScrypt = (cost: string) => `$scrypt$${cost}$${salt}$${key}`
const werkzeug = (method: string) => `pbkdf2:${method}$salt$${'0'.repeat(64)}`
const phpass = (rounds: string) => `$P$${rounds}${'.'.repeat(30)}`
const bcryptSha256 = (cost: string) => `$bcrypt-sha256$${cost}$${'.'.repeat(22)}$${'.'.repeat(31)}`
const firebase = (cost: string) => `$firebase-scrypt$${cost}$${salt}$${key}`

/** A hash in the documented layout of ASP.NET Identity's `PasswordHasher`, not made by .NET itself. */
function aspNet(password: string, { version = 1, prf = 1, rounds = 10, salt = Buffer.from('16 bytes of salt') }) {
  const key = pbkdf2Sync(password, salt, rounds, 32, ['sha1', 'sha256', 'sha512'][prf] ?? 'md5')
  const header = Buffer.alloc(version === 0 ? 1 : 13, version)
  if (version !== 0) [prf, rounds, salt.length].forEach((number, index) => header.writeUInt32BE(number, 1 + 4 * index))
  return Buffer.concat([header, salt, key]).toString('base64')
}

t.test('a hash of ASP.NET Identity matches only its password, in every version and digest (A10)', async (t) => {
  const password = 'not-for-logs, composed: Jos\u00e9'
  for (const cost of [{ prf: 0 }, { prf: 1 }, { prf: 2 }, { rounds: 100_000, prf: 2 }, { salt: Buffer.alloc(32, 7) }]) {
    const read = readHash(aspNet(password, cost))
    t.equal(await read?.verify(password), true, JSON.stringify(cost))
    t.equal(await read?.verify(password.normalize('NFD')), false, JSON.stringify(cost))
  }
  const two = readHash(aspNet(password, { version: 0, prf: 0, rounds: 1000 }))
  t.equal(await two?.verify(password), true, 'version 2')
  t.equal(await two?.verify('another'), false, 'version 2')
})

/** Parses the parameters of a project, which must be complete. */
function parametersFrom(text: string) {
  const parameters = readFirebaseParameters(text)
  if (typeof parameters === 'string') throw new Error(parameters)
  return parameters
}

t.test('a hash of Firebase matches its password and is stored without the project’s signer key (A10)', async (t) => {
  const asJson = JSON.stringify({
    base64_signer_key: project.signerKey.replaceAll('+', '-').replaceAll('/', '_'),
    base64_salt_separator: 'Bw==',
    rounds: 8,
    mem_cost: 14,
  })
  for (const text of [project.parameters, asJson]) {
    const converted = convertFirebaseHash(project.hash, parametersFrom(text))
    const stored = 'stored' in converted ? converted.stored : ''
    t.match(stored, /^\$firebase-scrypt\$ln=14,r=8,p=1\$42xEC\+ixf3L2lwc\$[A-Za-z0-9+/]{43}$/)
    t.equal(faultOfHash(stored), undefined)
    t.equal(await readHash(stored)?.verify(project.password), true)
    t.equal(await readHash(stored)?.verify(`${project.password} `), false)
  }
  t.match(faultOfHash(project.hash), /^is a Firebase hash: .* --firebase-parameters$/)
  for (const hash of ['firebase$', 'firebase$42xE', project.hash.replace('42x', '!!'), `${project.hash}$`]) {
    t.match(
      convertFirebaseHash(hash, parametersFrom(project.parameters)),
      { fault: /^is not a complete Firebase hash: / },
      hash,
    )
  }
  t.match(convertFirebaseHash('firebase$42xE$42xE', parametersFrom(project.parameters)), {
    fault: /^is not as long as the signer key/,
  })
})

t.test('a file that lacks one of Firebase’s parameters is rejected, naming only that parameter (A10)', async (t) => {
  for (const [text, fault] of [
    ['', / lacks base64_signer_key, base64_salt_separator, rounds, mem_cost\.$/],
    [project.parameters.replace('mem_cost', 'memory'), /lacks mem_cost\.$/],
    [
      project.parameters.replace(project.signerKey, 'c2hvcnQ='),
      /^base64_signer_key must be base64 of at least 32 bytes\.$/,
    ],
    [project.parameters.replace('Bw==', 'B'), /^base64_salt_separator must be base64\.$/],
    [project.parameters.replace('rounds: 8', 'rounds: 800'), /^rounds and mem_cost must be the numbers/],
    [project.parameters.replace('mem_cost: 14', 'mem_cost: 30'), /^rounds and mem_cost must be the numbers/],
  ] as const) {
    t.match(readFirebaseParameters(text), fault)
  }
})

t.test('the weight of a hash follows its cost, whichever parameter causes it (X10)', async (t) => {
  const workOf = (hash: string) => readHash(hash)?.work ?? 0
  const usual = workOf(argon2('m=19456,t=2,p=1'))
  // Measured on one core, these take 7, 0.25, 2 and 0.5 times as long as the usual hash.
  t.ok(workOf(argon2('m=128,t=100,p=16')) > 5 * usual, 'threads')
  t.ok(workOf(argon2('m=128,t=100,p=1')) < usual)
  t.ok(workOf(bcrypt('10')) > usual)
  t.equal(workOf(bcrypt('11')), 2 * workOf(bcrypt('10')))
  t.ok(workOf(django('50000')) < usual)
  t.equal(workOf(django('100000')), 2 * workOf(django('50000')))
})

/** A hash of ASP.NET Identity with these numbers and 48 more bytes. */
function aspNetHeader(...numbers: number[]) {
  const bytes = Buffer.alloc(61, 1)
  numbers.forEach((number, index) => bytes.writeUInt32BE(number, 1 + 4 * index))
  return bytes.toString('base64')
}

const costly: Array<[why: string, hash: string, reason: RegExp]> = [
  ['4 GiB for argon2', argon2('m=4194304,t=1,p=1'), /more than 1048576 KiB/],
  ['1 KiB above the bound', argon2('m=1048577,t=1,p=1'), /more than 1048576 KiB/],
  ['a million passes', argon2('m=8,t=1000000,p=1'), /100 passes/],
  ['101 passes', argon2('m=8,t=101,p=1'), /100 passes/],
  ['17 lanes', argon2('m=8192,t=1,p=17'), /16 lanes/],
  ['a number of 400 digits', argon2(`m=${'9'.repeat(400)},t=1,p=1`), /more than 1048576 KiB/],
  ['4 GiB with the prefix of Django', `argon2${argon2('m=4194304,t=1,p=1')}`, /more than 1048576 KiB/],
  ['bcrypt at cost 15', bcrypt('15'), /cost outside the range 4 to 14/],
  ['bcrypt at cost 31', bcrypt('31'), /cost outside the range 4 to 14/],
  ['bcrypt at cost 3', bcrypt('03'), /cost outside the range 4 to 14/],
  ['bcrypt at cost 15 with the prefix of Django', `bcrypt$${bcrypt('15')}`, /cost outside the range 4 to 14/],
  ['3,000,001 rounds in the form of Django', django('3000001'), /more than 3000000 rounds/],
  ['3,000,001 rounds in the form of passlib', passlib('3000001'), /more than 3000000 rounds/],
  ['3,000,001 rounds in the form of Werkzeug', werkzeug('sha256:3000001'), /more than 3000000 rounds/],
  ['3,000,001 rounds of ASP.NET', aspNetHeader(1, 3_000_001, 16), /more than 3000000 rounds/],
  ['2 GiB for scrypt', werkzeugScrypt('2097152:8:1'), /more than 1048576 KiB/],
  ['2 GiB for scrypt of Django', djangoScrypt('2097152$salt$8$1'), /more than 1048576 KiB/],
  ['2 GiB for scrypt of passlib', passlibScrypt('ln=21,r=8,p=1'), /more than 1048576 KiB/],
  ['65 times scrypt', werkzeugScrypt('2:8:65'), /outside the range 1 to 64/],
  ['scrypt with r of 400 digits', werkzeugScrypt(`2:${'9'.repeat(400)}:1`), /outside the range 1 to 64/],
  ['2 GiB for Firebase', firebase('ln=21,r=8,p=1'), /more than 1048576 KiB/],
  ['phpass with 2^19 rounds', phpass('H'), /more than 262144 rounds/],
  ['bcrypt_sha256 of Django at cost 15', `bcrypt_sha256$${bcrypt('15')}`, /cost outside the range 4 to 14/],
  ['bcrypt of WordPress at cost 15', `$wp${bcrypt('15')}`, /cost outside the range 4 to 14/],
  ['bcrypt_sha256 of passlib at cost 15', bcryptSha256('2b,15'), /cost outside the range 4 to 14/],
  ['bcrypt_sha256 of passlib at cost 31', bcryptSha256('v=2,t=2b,r=31'), /cost outside the range 4 to 14/],
  ['rounds beyond 32 bits', passlib('4294967297'), /more than 3000000 rounds/],
]

t.test('a hash that would cost too much is rejected before anything is computed (P4)', async (t) => {
  for (const [why, hash, reason] of costly) {
    t.equal(readHash(hash), undefined, why)
    t.match(faultOfHash(hash), reason, why)
  }
})

t.test('a hash of another system may cost at most two seconds, threads included (P4, X10)', async (t) => {
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
    t.equal(readHash(argon2(cost))?.scheme, 'argon2id', 'a configured cost is accepted')
  }
  for (const [hash, seconds] of [
    [werkzeugScrypt('524288:8:2'), 2.6],
    [passlibScrypt('ln=16,r=8,p=16'), 2.6],
    [firebase('ln=19,r=16,p=1'), 2.6],
  ] as const) {
    t.match(faultOfHash(hash), `about ${seconds} seconds to verify, and at most 2 seconds`, hash)
  }
  for (const hash of [
    bcrypt('04'),
    bcrypt('14'),
    django('1'),
    django('3000000'),
    passlib('3000000'),
    scrypt,
    phpass('5'),
    phpass('G'),
  ]) {
    t.equal(faultOfHash(hash), undefined, hash)
    t.ok(readHash(hash), hash)
  }
})

/** Numbers that a lenient parser would accept as 1 or 8. */
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
  ['bcrypt_sha256 of Django without its second $', bcrypt('04').replace('$2b', 'bcrypt_sha256$$2b')],
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
  ...['0', '1', '3', '16383', '016', '1e3', '', ' 2', '-2'].flatMap((n): Array<[string, string]> => [
    ['N of scrypt', werkzeugScrypt(`${n}:8:1`)],
    ['N of scrypt of Django', djangoScrypt(`${n}$salt$8$1`)],
  ]),
  ['r of 0', werkzeugScrypt('2:0:1')],
  ['r too small for N', werkzeugScrypt('65536:1:1')],
  ['r of Firebase too small for N', firebase('ln=16,r=1,p=1')],
  ['no p', werkzeugScrypt('2:8')],
  ['no salt in the form of Werkzeug', werkzeugScrypt('2:8:1').replace('$salt', '$')],
  ['hexadecimal digits in odd number', `${werkzeugScrypt('2:8:1')}0`],
  ['scrypt of Werkzeug without its end', werkzeugScrypt('2:8:1').slice(0, -2)],
  ['scrypt of passlib without its end', passlibScrypt('ln=1,r=8,p=1').slice(0, -1)],
  ['the key of another length in the form of Django', `${djangoScrypt().slice(0, -4)}==`],
  ['a logarithm of 0', passlibScrypt('ln=0,r=8,p=1')],
  ['parameters of scrypt in another order', passlibScrypt('r=8,ln=1,p=1')],
  ['another digest of Werkzeug', werkzeug('md5:1')],
  ['no rounds of Werkzeug', werkzeug('sha256')],
  ['the key of another digest of Werkzeug', werkzeug('sha1:1')],
  ['the oldest form of Werkzeug', `sha1$salt$${'0'.repeat(40)}`],
  ['phpass with 2^6 rounds', phpass('4')],
  ['phpass without its end', phpass('B').slice(0, -1)],
  ['phpass whose key has bits to spare', `${phpass('B').slice(0, -1)}2`],
  ['the second bcrypt_sha256 of passlib without its version', bcryptSha256('t=2b,r=4')],
  ['the first and the second bcrypt_sha256 of passlib', bcryptSha256('v=2,t=2b,4')],
  ['the second and the first bcrypt_sha256 of passlib', bcryptSha256('2b,r=4')],
  ['a third bcrypt_sha256 of passlib', bcryptSha256('v=3,t=2b,r=4')],
  ['a cost with a zero in front', bcryptSha256('v=2,t=2b,r=04')],
  ['bcrypt_sha256 of passlib without its end', bcryptSha256('2b,4').slice(0, -1)],
  ['bcrypt of WordPress without its end', `$wp${bcrypt('04')}`.slice(0, -1)],
  ['another digest of ASP.NET', aspNetHeader(3, 10, 16)],
  ['no rounds of ASP.NET', aspNetHeader(1, 0, 16)],
  ['a salt of ASP.NET of 15 bytes', aspNetHeader(1, 10, 15)],
  ['a salt of ASP.NET that leaves 31 bytes for the key', aspNetHeader(1, 10, 17)],
  ['a salt of ASP.NET beyond its end', aspNetHeader(1, 10, 4_294_967_295)],
  ['ASP.NET without its end', aspNetHeader(1, 10, 16).slice(0, -4)],
  ['another version of ASP.NET', `Ag${aspNetHeader(1, 10, 16).slice(2)}`],
  ['Firebase with p', firebase('ln=14,r=8,p=2')],
  ['Firebase without its end', firebase('ln=14,r=8,p=1').slice(0, -1)],
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
  ...['a', '$', '0', 'A=', '$argon2id$', '$2b$04$', 'pbkdf2_sha256$1$', '$pbkdf2$1$', '0:', 'scrypt:2', 'AQAAAA'].map(
    (text): [string, string] => ['a mebibyte', text.repeat(mebibyte / text.length)],
  ),
  ...['$argon2id$v=19$m=', '$2b$', 'pbkdf2_sha256$', '$pbkdf2$1$A'].map((text): [string, string] => [
    'a long number',
    text.padEnd(3072, '1'),
  ]),
]

t.test('a hash of a common but unsupported kind is rejected by name (A10)', async (t) => {
  for (const [hash, reason] of [
    ['$6$salt$hash', /^is a SHA-crypt hash \(\$5\$ or \$6\$\), which is not supported: omit it, and the user can set/],
    ['$apr1$salt$hash', /^is an MD5-crypt hash/],
    ['$y$j9T$salt$hash', /^is a Unix yescrypt or scrypt hash/],
    ['5f4dcc3b5aa765d61d8327deb882cf99', /^has no salt and no parameters: omit it/],
  ] as const) {
    t.match(faultOfHash(hash), reason)
  }
})

t.test('an incomplete or malformed hash is rejected with a reason and without an exception (P4)', async (t) => {
  const accepted = odd.filter(
    ([, hash]) => readHash(hash) !== undefined || !/^(is|has|requires) \w/.test(faultOfHash(hash) ?? ''),
  )
  t.strictSame(
    accepted.map(([why, hash]) => `${why}: ${hash.slice(0, 200)}`),
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
    djangoScrypt(),
    werkzeugScrypt('2:8:1'),
    passlibScrypt('ln=1,r=8,p=1'),
    werkzeug('sha256:1'),
    `bcrypt_sha256$${bcrypt('04')}`,
    `$wp${bcrypt('04')}`,
    bcryptSha256('2a,4'),
    bcryptSha256('v=2,t=2b,r=4'),
    phpass('B'),
    aspNetHeader(1, 10, 16),
    firebase('ln=14,r=8,p=1'),
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
