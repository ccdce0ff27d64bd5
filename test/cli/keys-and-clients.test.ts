import { readdir } from 'node:fs/promises'
import t, { type Test } from 'tap'
import { basic, introspect, type RegisteredClient } from '../support/clients.ts'
import { addPasskey, challenged, signInWithPasskey } from '../support/authenticator.ts'
import { build, databaseOf, onBoth, query, secretFor, signedUp, signIn } from '../support/build.ts'
import { codeAt, enrolled, outcomeOf, step } from '../support/factors.ts'
import { placeOf } from '../support/forged-tokens.ts'
import { runCommand } from '../support/latchkey-command.ts'
import { emptyFolder } from '../support/spawn.ts'

interface Client {
  client_id: string
  client_secret: string
}

/** Runs a command that succeeds. @returns its output */
async function outputOf(t: Test, folder: string, environment: NodeJS.ProcessEnv, ...parameters: string[]) {
  const { code, stdout, stderr } = await runCommand(t, { folder, environment, parameters })
  t.strictSame([code, stderr], [0, ''], parameters.join(' '))
  return stdout.split('\n')
}

/** Runs a command that fails. @returns its output on standard error */
async function refusalOf(t: Test, folder: string, environment: NodeJS.ProcessEnv, ...parameters: string[]) {
  const { code, stdout, stderr } = await runCommand(t, { folder, environment, parameters })
  t.strictSame([code, stdout], [1, ''], parameters.join(' '))
  return stderr
}

t.test('without a database, a command says so and creates none', async (t) => {
  const folder = await emptyFolder(t)
  const commands = ['keys list', 'keys reset', 'clients create --name x --introspection']
  const said = await Promise.all(commands.map((command) => refusalOf(t, folder, {}, ...command.split(' '))))
  for (const text of said) {
    t.match(text, /^error: There is no database at \S+\/data\/latchkey\.db\. Start the service once.*DATA_DIR/)
  }
  t.match(
    await refusalOf(t, folder, { DATABASE_URL: ':memory:' }, 'clients', 'list'),
    /^error: DATABASE_URL is :memory:, which only the service itself can access/,
  )
  t.match(
    await refusalOf(
      t,
      folder,
      { DATABASE_URL: 'postgres://postgres@127.0.0.1:1/nowhere', MASTER_KEY: secretFor('master key') },
      'keys',
      'list',
    ),
    /^error: .* 127\.0\.0\.1:1 .*ECONNREFUSED/,
  )
  t.match(
    await refusalOf(t, folder, { ALGORITHM: 'none' }, 'keys', 'list'),
    /^error: ALGORITHM is "none": it must be ES256/,
  )
  t.strictSame(await readdir(folder), [])
})

t.test('with invalid arguments or settings that do not match the service, nothing is changed', async (t) => {
  const place = await placeOf(t)
  const { app } = await build(t, { environment: place })
  const folder = await emptyFolder(t)
  const before = await query(place.DATABASE_URL, 'select * from signing_keys')
  const cases: Array<[environment: NodeJS.ProcessEnv, command: string[], says: RegExp]> = [
    [
      { MASTER_KEY: secretFor('another master key') },
      ['keys', 'rotate', '--now'],
      /MASTER_KEY is not the one .* MASTER_KEY_PREVIOUS/,
    ],
    [
      { ALGORITHM: 'HS256' },
      ['keys', 'rotate', '--now'],
      /ALGORITHM is HS256, but the service was last started with another algorithm/,
    ],
    [{}, ['clients', 'create', '--name', 'x'], /The client needs a purpose\. Add --introspection/],
    [{}, ['clients', 'create', '--name', 'x', '--scope', 'account'], /scope must not contain account/],
    [{}, ['clients', 'delete', 'client_of-nobody'], /There is no such client/],
  ]
  const said = await Promise.all(
    cases.map(([environment, command]) => refusalOf(t, folder, { ...place, ...environment }, ...command)),
  )
  for (const [index, text] of said.entries()) t.match(text, cases[index]?.[2])
  t.ok(said.every((text) => text.startsWith('error: ')))
  for (const [command, says] of [
    ['clients create', /required option '--name/],
    ['keys frobnicate', /unknown command 'frobnicate'/],
  ] as const) {
    t.match(await refusalOf(t, folder, place, ...command.split(' ')), says)
  }
  t.strictSame(await query(place.DATABASE_URL, 'select * from signing_keys'), before)
  t.strictSame(await query(place.DATABASE_URL, 'select * from clients'), [])
  t.equal((await signedUp(app, 'ada')).token_type, 'bearer')
})

t.test('the HS256 key is listed, and is rotated only by settings', async (t) => {
  const place = { ...(await placeOf(t)), ALGORITHM: 'HS256' }
  await build(t, { environment: place })
  const folder = await emptyFolder(t)
  t.match(await outputOf(t, folder, place, 'keys', 'list'), [String, /^[\w-]{22} +HS256 +signing +- +- +-$/])
  for (const more of [[], ['--now']]) {
    t.match(await refusalOf(t, folder, place, 'keys', 'rotate', ...more), /^error: .*SECRET_KEY.*SECRET_KEY_PREVIOUS/)
  }
})

t.test('each command explains itself, the larger ones with examples', async (t) => {
  const folder = await emptyFolder(t)
  for (const [command, ...words] of [
    ['clients', 'create', 'list', 'delete'],
    ['keys rotate', '--now', '--json', 'Examples:', 'latchkey keys rotate --now'],
    ['clients create', '--name', '--scope', '--introspection', 'Examples:', 'latchkey clients create --name Billing'],
  ]) {
    const help = (await outputOf(t, folder, {}, ...String(command).split(' '), '--help')).join('\n')
    for (const word of [`Usage: latchkey ${command}`, ...words]) t.ok(help.includes(word), `${command}: ${word}`)
  }
})

t.test(
  'after a reset the service starts with another MASTER_KEY; accounts and clients stay, sessions and keys end',
  async (t) => {
    const place = await placeOf(t, 'postgres')
    const other = { ...place, MASTER_KEY: secretFor('another master key') }
    const previous = await build(t, { environment: place })
    const ada = await signedUp(previous.app, 'ada')
    await previous.app.close()
    await t.rejects(build(t, { environment: other }), { code: 'start_refused', message: /latchkey keys reset/ })

    const folder = await emptyFolder(t)
    const made: Client = JSON.parse(
      (await outputOf(t, folder, place, 'clients', 'create', '--name', 'x', '--introspection', '--json')).join('\n'),
    )
    t.match(await outputOf(t, folder, other, 'keys', 'reset'), [/^All sessions have ended and all keys are revoked\./])
    const { app } = await build(t, { environment: other })
    const asking: Pick<RegisteredClient, 'authorization'> = {
      authorization: basic(`${made.client_id}:${made.client_secret}`),
    }
    t.strictSame((await introspect(app, asking, ada.access_token)).json(), { active: false })
    t.equal((await signIn(app, 'ada')).statusCode, 200)
  },
)

onBoth(
  t,
  'after a reset, second factors cannot be verified and are not dropped; the previous MASTER_KEY recovers them (T5)',
  async (t, database) => {
    const place = await placeOf(t, database)
    const other = { ...place, MASTER_KEY: secretFor('another master key') }
    const { app: before, clock } = await build(t, { environment: place })
    const ada = await enrolled(before, clock, 'ada')
    await enrolled(before, clock, 'bob')
    const carl = await signedUp(before, 'carl')
    const { passkey } = await addPasskey(before, carl.access_token)
    await before.close()
    const folder = await emptyFolder(t)
    t.match(
      await refusalOf(t, folder, other, 'keys', 'reset'),
      /^error: Users with an authenticator app or recovery codes: 3\. .* Passkeys still work\.\nReset .* add --yes\.$/,
    )
    const done = (await outputOf(t, folder, other, 'keys', 'reset', '--yes')).join('\n')
    t.match(done, /^All sessions have ended[^]*\nUsers with an .* codes: 3\. .*\n.* reset-factors USER$/)

    const { app, lines } = await build(t, { environment: other, clock })
    const signedIn = async (otp?: string) => outcomeOf(await signIn(app, 'ada', otp === undefined ? {} : { otp }))
    clock.advance(3 * step)
    for (const otp of [undefined, codeAt(ada.secret, clock.now()), ada.recoveryCodes[0]]) {
      t.equal(await signedIn(otp), '400 unreadable_factors', 'the password alone is not enough')
    }
    t.equal(lines.filter((line) => line.includes('"reason":"unreadable_factors"')).length, 2, 'the log says why')
    t.strictSame((await challenged(app, 'carl')).factors, ['passkey'], 'what can be verified is offered')
    t.equal(outcomeOf(await signInWithPasskey(app, passkey)), '200')
    await outputOf(t, folder, other, 'users', 'reset-factors', 'bob')
    t.equal((await signIn(app, 'bob')).statusCode, 200)
    await app.close()

    const recovered = await build(t, { environment: { ...other, MASTER_KEY_PREVIOUS: place.MASTER_KEY }, clock })
    const otp = codeAt(ada.secret, clock.now())
    t.equal(outcomeOf(await signIn(recovered.app, 'ada', { otp })), '200')
  },
)

t.test('a service that still runs with the previous MASTER_KEY creates no key after a reset', async (t) => {
  const place = await placeOf(t)
  const other = { ...place, MASTER_KEY: secretFor('another master key') }
  const { app, clock } = await build(t, { environment: place })
  await signedUp(app, 'ada')
  await outputOf(t, await emptyFolder(t), other, 'keys', 'reset')
  clock.advance(3000)
  await app.inject('/auth/jwks.json')
  t.strictSame(await query(place.DATABASE_URL, 'select kid from signing_keys'), [])
  await t.resolves(build(t, { environment: other }), 'the service can start with the new MASTER_KEY')
})

t.test('keys that no service has created yet are not rotated', async (t) => {
  const said = await refusalOf(t, await emptyFolder(t), await databaseOf(t, 'postgres'), 'keys', 'rotate')
  t.match(said, /^error: /)
})

t.test(
  'a command with secrets that the service has not used yet changes nothing and does not bind the database to them',
  async (t) => {
    const place = await placeOf(t)
    const prepared = { ...place, MASTER_KEY: secretFor('another master key'), MASTER_KEY_PREVIOUS: place.MASTER_KEY }
    const { app } = await build(t, { environment: place })
    const folder = await emptyFolder(t)
    const before = [
      await query(place.DATABASE_URL, 'select * from state'),
      await query(place.DATABASE_URL, 'select * from signing_keys'),
    ]
    for (const command of ['list', 'rotate']) {
      t.match(await refusalOf(t, folder, prepared, 'keys', command), /not been started with this MASTER_KEY yet/)
    }
    t.match(
      await refusalOf(t, folder, place, 'keys', 'reset'),
      /MASTER_KEY is still the one that this database was made with/,
    )
    t.strictSame(
      [
        await query(place.DATABASE_URL, 'select * from state'),
        await query(place.DATABASE_URL, 'select * from signing_keys'),
      ],
      before,
    )
    t.equal((await signedUp(app, 'ada')).token_type, 'bearer')

    const fresh = await databaseOf(t, 'postgres')
    await refusalOf(t, folder, { ...fresh, MASTER_KEY: secretFor('another master key') }, 'keys', 'list')
    await t.resolves(build(t, { environment: fresh }), 'an unused database accepts any secrets')
  },
)
