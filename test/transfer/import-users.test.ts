import t from 'tap'
import { readHash } from '../../src/passwords/formats/formats.ts'
import { onBoth, register, secretFor, signedUp, signIn } from '../support/build.ts'
import { tokenOf } from '../support/mailbox.ts'
import { deleteAccount, newPassword, resetMail, resetWith } from '../support/recovery.ts'
import { openService } from '../support/transfer.ts'
import { vectors } from '../support/password-vectors.ts'

const id = '019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a'
const otherId = '019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3b'
/** An authenticator app of another system. */
const secret = 'JBSWY3DPEHPK3PXP'
const uriOf = (parameters: string) => `otpauth://totp/Other:ada?secret=${secret}&issuer=Other${parameters}`

const ada = {
  id,
  username: 'Ada',
  name: 'Ada Lovelace',
  email: 'Ada@Example.com',
  email_verified: true,
  scopes: ['posts:write', 'keys:write'],
  disabled: false,
  created_at: '2019-12-10T10:00:00.000Z',
}

onBoth(t, 'records are imported as accounts and exported unchanged', async (t, database) => {
  const { take, all } = await openService(t, database)
  const hash = vectors[0]!.hash
  const bob = {
    id: otherId,
    username: 'bob',
    email_verified: false,
    password_hash: hash,
    scopes: [],
    disabled: true,
    created_at: '2020-01-01T00:00:00.000Z',
  }
  t.strictSame(await take([ada, bob], true), ['imported', 'imported'])
  t.strictSame(await all(), [], 'a dry run changes nothing')
  t.strictSame(await take([ada, bob]), ['imported', 'imported'])
  t.strictSame(await all(), [ada, bob])
  t.strictSame(await take([{ username: 'ADA', email: 'other@example.com' }, bob]), ['already there', 'already there'])
  t.strictSame(await all(), [ada, bob], 'existing accounts are unchanged')
  t.strictSame(await take([{ username: 'cy', password_hash: '!AbCdEf' }]), ['imported'])
  t.equal((await all()).at(-1)?.password_hash, undefined, "Django's marker for no password (A10)")
})

onBoth(
  t,
  'an invalid record is rejected with the same reason as in a dry run, and the others are imported (P4)',
  async (t, database) => {
    const { take, all, build } = await openService(t, database)
    await take([ada])
    const { app } = await build()
    await deleteAccount(app, (await signedUp(app, 'gone')).access_token, secretFor('gone'))
    const hash = vectors[0]!.hash
    const rows: [Record<string, unknown> | string, RegExp][] = [
      [{ username: 'bob', email: 'bob@example.com', email_verified: true }, /^imported$/],
      [{ username: 'ＢＯＢ' }, /^Line 1 has the same username\.$/],
      [{ username: 'cy', id: otherId }, /^imported$/],
      [{ username: 'eve', id: otherId.toUpperCase() }, /^Line 3 has the same id\.$/],
      [{ username: 'eve', email: 'BOB@example.com', email_verified: true }, /^Line 1 has the same verified email\.$/],
      [
        { username: 'eve', email: 'ada@example.COM', email_verified: true },
        /^Another account has verified this email\.$/,
      ],
      [{ username: 'eve', id }, /^Another account has this id\.$/],
      [{ username: 'amy', email: 'ada@example.com' }, /^imported$/],
      [{ username: 'GONE' }, /^An account with this username was deleted\./],
      ['The line is not a JSON object.', /^The line is not a JSON object\.$/],
      [{}, /username is (missing|required)\.$/],
      [{ username: null, email: 'x@example.com' }, /^The username is required\. .* USERNAMES=optional\.$/],
      [{ username: 'a@b' }, /^The username may contain/],
      [{ username: 'nul\0' }, /^The username contains invalid characters\.$/],
      [{ username: 42 }, /^The username must be a string\.$/],
      [{ username: 'x', email: 'nobody' }, /^The email must be a valid e-mail address\.$/],
      [{ username: 'x', email_verified: true }, /^The email_verified must be false if there is no email\.$/],
      [{ username: 'x', email_verified: 'yes' }, /^The email_verified must be true or false\.$/],
      [{ username: 'x', disabled: 1 }, /^The disabled must be true or false\.$/],
      [{ username: 'x', name: 'n'.repeat(129) }, /^The name must have at most 128 characters\.$/],
      [{ username: 'x', id: '42' }, /^The id must be a UUID\.$/],
      [{ username: 'x', scopes: 'account' }, /^The scopes .*not .* account/],
      [{ username: 'x', scopes: ['a b'] }, /^The scopes must contain printable ASCII/],
      [{ username: 'x', scopes: { a: 1 } }, /^The scopes must be a list/],
      [{ username: 'x', created_at: '2020-02-30T00:00:00Z' }, /^The created_at must be an ISO 8601 time/],
      [{ username: 'x', created_at: '2020-02-03 04:05' }, /^The created_at must be an ISO 8601 time with an offset/],
      [{ username: 'x', created_at: '1969-12-31T23:59:59Z' }, /^The created_at must be between 1970 and now\.$/],
      [{ username: 'x', created_at: 1_575_972_000 }, /^The created_at must be a string\.$/],
      [{ username: 'x', created_at: '2999-01-01T00:00:00Z' }, /^The created_at must be between 1970 and now\.$/],
      [{ username: 'x', password_hash: `${hash}x` }, /^The password_hash /],
      [{ username: 'x', password_hash: hash.replace('$04$', '$15$') }, /^The password_hash .*cost/],
      [
        { username: 'x', password_hash: '$argon2id$v=19$m=1048576,t=9,p=1$c29tZXNhbHQ$c29tZWtleXNvbWVrZXlzb21la2V5' },
        /^The password_hash would take about 6\.3 seconds to verify, and at most 2 seconds are accepted\.?$/,
      ],
      [
        { username: 'x', password_hash: '$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$c29tZWtleXNvbWVrZXlzb21la2V5' },
        /^The password_hash /,
      ],
      [
        { username: 'x', password_hash: 'pbkdf2_sha256$3000001$salt$47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' },
        /^The password_hash /,
      ],
      [{ username: 'x', password: secretFor('x') }, /^Plain passwords cannot be imported/],
      [{ 'User name': 'x' }, /^The field or column "User name" is unknown\. Rename it to username\.$/],
      [{ username: 'x', colour: 'red' }, /"colour" is unknown\. Known are: id, username/],
      [JSON.parse('{"username":"x","__proto__":{"disabled":true}}'), /"__proto__" is unknown/],
      [JSON.parse('{"username":"x","constructor":{"prototype":{"disabled":true}}}'), /"constructor" is unknown/],
      [{ username: 'x', password_hash: secretFor('x') }, /^The password_hash is /],
      [{ username: 'x', password_hash: { hash } }, /^The password_hash must be a string\.$/],
      [{ username: 'x', name: 'a lone surrogate \ud800' }, /^The name contains invalid characters\.$/],
      [{ username: 'x', scopes: ['posts:write', 1] }, /^The scopes must be a list/],
      [{ username: 'x', [hash]: 1 }, /^A field or column is unknown/],
      // Second factors (T5).
      [
        { username: 'x', otp_secret: secret },
        /^The field or column "otp_secret" is unknown\. Rename it to totp_secret/,
      ],
      [{ username: 'x', totp_secret: secret.slice(1) }, /^The totp_secret must be base32 of 16 to 128 characters/],
      [{ username: 'x', totp_secret: 'otpauth://totp/x' }, /^The totp_secret must be base32/],
      [{ username: 'x', totp_secret: `${secret} 0123456789abcdef` }, /^The totp_secret must be base32/],
      [{ username: 'x', totp_secret: { secret } }, /^The totp_secret must be a string, or a list of strings\.$/],
      [{ username: 'x', totp_secret: [secret, 1] }, /^The totp_secret must be a string, or a list of strings\.$/],
      // Two spellings of one key in base32, and one key after HMAC has added zeros.
      ...[uriOf(''), `${secret}A`, `${secret}B`, `${secret}AAAAAAAA`].map(
        (again): [Record<string, unknown>, RegExp] => [
          { username: 'x', totp_secret: [secret, again] },
          /^The totp_secret contains a secret twice\.$/,
        ],
      ),
      [{ username: 'x', totp_secret: 'A'.repeat(17) }, /^The totp_secret must not consist of zeros\.$/],
      [
        { username: 'x', totp_secret: Array.from('BCDEFG', (letter) => letter.repeat(16)).join(' ') },
        /^The totp_secret must have at most 5 secrets\.$/,
      ],
      ...['&algorithm=SHA256', '&digits=8', '&period=60'].map((parameter): [Record<string, unknown>, RegExp] => [
        { username: 'x', totp_secret: uriOf(parameter) },
        /^The totp_secret must be for codes of six digits, SHA-1 and 30 seconds\. /,
      ]),
      [
        { username: 'x', totp_secret: uriOf('&counter=1').replace('totp', 'hotp') },
        /^The totp_secret must be for codes of six digits/,
      ],
      [{ username: 'x', second_factors: -1 }, /^The second_factors must be a whole number, 0 or more\.$/],
      [{ username: 'x', second_factors: 'two' }, /^The second_factors must be a whole number, 0 or more\.$/],
      [
        {
          username: 'zoe',
          scopes: 'posts:write posts:write  keys:write',
          created_at: '2020-02-03',
          email: '',
          name: null,
          password_hash: '',
        },
        /^imported$/,
      ],
    ]
    const records = rows.map(([record]) => record)
    const dryRunOutcomes = await take(records, true)
    for (const [index, [record, expected]] of rows.entries()) {
      t.match(dryRunOutcomes[index], expected, JSON.stringify(record).slice(0, 80))
    }
    t.strictSame(await take(records), dryRunOutcomes)
    t.notMatch(dryRunOutcomes.join('\n'), 'not-for-logs')
    t.notMatch(dryRunOutcomes.join('\n'), hash.slice(8, 28), 'no reason contains a hash')
    t.strictSame((await all()).map(({ username }) => username).toSorted(), ['Ada', 'amy', 'bob', 'cy', 'zoe'])
    t.match(
      (await all()).find(({ username }) => username === 'zoe'),
      { scopes: ['posts:write', 'keys:write'], created_at: '2020-02-03T00:00:00.000Z' },
    )
  },
)

onBoth(
  t,
  'imported users sign in as before and get a hash at least as strong; those without one set it by a reset',
  async (t, database) => {
    const built = await openService(t, database)
    const selectedVectors = [0, 5, 10, 20, 26, 34, 42, 54, 61, 68, 74, 80, 87, 96, 111].map((index) => vectors[index]!)
    const records = selectedVectors.map(({ hash }, index) => ({ username: `user${index}`, password_hash: hash }))
    t.strictSame(
      await built.take([...records, { username: 'ada', email: 'ada@example.com', email_verified: true }]),
      new Array(records.length + 1).fill('imported'),
    )
    const { app, mailbox } = await built.build()
    for (const [index, { password, library, scheme }] of selectedVectors.entries()) {
      const username = `user${index}`
      t.equal(
        (await signIn(app, username, { password: `${password}.` })).statusCode,
        401,
        `${scheme} of ${library}, another password`,
      )
      t.equal((await signIn(app, username, { password })).statusCode, 200, `${scheme} of ${library}`)
      t.equal((await signIn(app, username, { password })).statusCode, 200, `${scheme} of ${library}, again`)
    }
    const hashes = (await built.all()).flatMap(({ password_hash: hash }) => hash ?? [])
    t.equal(
      await built.take(records).then((outcomes) => outcomes.every((outcome) => outcome === 'already there')),
      true,
    )
    t.strictSame(
      (await built.all()).flatMap(({ password_hash: hash }) => hash ?? []),
      hashes,
      'a second import does not restore the previous hashes',
    )
    const kept = selectedVectors.map(({ hash }) => hash).filter((hash) => (readHash(hash)?.strength ?? 0) > 7168)
    t.strictSame(
      hashes.filter((hash) => !hash.startsWith('$argon2id$v=19$m=7168,t=1,p=1$')).sort(),
      kept.sort(),
      'only hashes that cost an attacker more are kept (A10)',
    )
    t.equal(kept.length, 1)

    for (const password of ['', ' ', secretFor('ada')]) t.not((await signIn(app, 'ada', { password })).statusCode, 200)
    t.equal((await resetWith(app, { token: tokenOf(await resetMail(app, mailbox)) })).statusCode, 204)
    t.equal((await signIn(app, 'ada', { password: newPassword })).statusCode, 200)
  },
)

onBoth(t, 'users who register during an import lose nothing, and no user exists twice', async (t, database) => {
  const built = await openService(t, database)
  const { app } = await built.build()
  const records = Array.from({ length: 120 }, (_, index) => ({ username: `user${index}` }))
  const [outcomes, ...registered] = await Promise.all([
    built.take(records),
    ...Array.from({ length: 20 }, (_, index) => register(app, `USER${index * 5}`)),
  ])
  const importedCount = outcomes.filter((outcome) => outcome === 'imported').length
  const registeredCount = registered.filter(({ statusCode }) => statusCode === 201).length
  t.equal(
    registered.every(({ statusCode }) => statusCode === 201 || statusCode === 409),
    true,
  )
  t.equal(importedCount + registeredCount, 120)
  t.equal((await built.all()).length, 120)
})

onBoth(t, 'where usernames are optional, a record is recognized by its e-mail address (A9)', async (t, database) => {
  const { take, all, rows, build } = await openService(t, database)
  const hash = vectors[0]!.hash
  const sole = { email: 'Sole@example.com', email_verified: true, password_hash: hash }
  const claim = { id: otherId, email: 'claim@example.com', password_hash: hash }
  const named = { username: 'named', email: 'named@example.com', email_verified: true }
  t.match(await take([sole]), [/username is required/])
  t.match(await take([{ name: 'neither' }], false, 'optional'), [/^Either username or email is required\.$/])

  const records = [sole, claim, named]
  const outcomes: [Record<string, unknown>, RegExp][] = [
    ...records.map((record): [Record<string, unknown>, RegExp] => [record, /^imported$/]),
    [{ email: 'SOLE@example.com' }, /^Line 1 has the same verified email\.$/],
    [{ email: 'Sole@example.com', email_verified: true }, /^Line 1 has the same verified email\.$/],
    [{ email: 'Named@example.com' }, /^Line 3 has the same verified email\.$/],
    [{ username: 'other', email: 'claim@example.com' }, /^imported$/],
  ]
  for (const isDryRun of [true, false]) {
    const reasons = await take(
      outcomes.map(([record]) => record),
      isDryRun,
      'optional',
    )
    for (const [index, [record, expected]] of outcomes.entries()) {
      t.match(reasons[index], expected, JSON.stringify(record))
    }
  }
  const written = await all()
  t.match(
    written.find(({ email }) => email === sole.email),
    sole,
  )
  t.equal(written.filter((record) => 'username' in record).length, 2)
  t.strictSame(
    await take(records, false, 'optional'),
    records.map(() => 'already there'),
    'an import can be run again',
  )
  t.match(await take([{ email: 'named@example.com' }], false, 'optional'), [
    /^Another account has verified this email\.$/,
  ])
  t.strictSame(
    await take(
      written.map((record) => ({ ...record })),
      false,
      'optional',
    ),
    written.map(() => 'already there'),
  )

  const { app } = await build()
  t.equal((await signIn(app, 'sole@example.com', { password: vectors[0]!.password })).statusCode, 200)
  t.equal((await signIn(app, 'claim@example.com', { password: vectors[0]!.password })).statusCode, 401)
  t.equal((await rows()).length, 4)
})

onBoth(t, 'a stranger’s claim of an address keeps its owner out of no import (A9)', async (t, database) => {
  const { take, takeTogether, all } = await openService(t, database)
  const claim = { id: otherId, email: 'ada@example.com' }
  const owner = { id, email: 'Ada@example.com', email_verified: true, scopes: ['posts:write'] }
  t.strictSame(await take([claim, owner], false, 'optional'), ['imported', 'imported'])
  t.strictSame(await take([claim, owner], false, 'optional'), ['already there', 'already there'])
  t.match(
    (await all()).find((record) => record.id === id),
    owner,
  )
  await take([{ email: 'bob@example.com' }], false, 'optional')
  const bob = { email: 'bob@example.com', email_verified: true }
  t.strictSame(await take([bob], false, 'optional'), ['imported'], 'a claim stands for no verified record')
  t.strictSame(await take([{ ...owner, email: 'new@example.com' }], false, 'optional'), ['already there'], 'by its id')

  const many = Array.from({ length: 30 }, (_, index) => ({ email: `user${index}@example.com` }))
  await takeTogether(many)
  t.equal((await all()).filter(({ email }) => email?.startsWith('user')).length, 30, 'two imports at once')
})

onBoth(t, 'a deleted account without a username is not imported again with its id (A9)', async (t, database) => {
  const { take, build } = await openService(t, database)
  const sole = { id, email: 'sole@example.com', email_verified: true, password_hash: vectors[0]!.hash }
  await take([sole], false, 'optional')
  const { app } = await build()
  const { password } = vectors[0]!
  const { access_token: token } = (await signIn(app, sole.email, { password })).json()
  t.equal((await deleteAccount(app, token, password)).statusCode, 204)
  t.match(await take([sole], false, 'optional'), [/^The account with this id was deleted /])
  t.strictSame(await take([{ ...sole, id: otherId }], false, 'optional'), ['imported'])
})
