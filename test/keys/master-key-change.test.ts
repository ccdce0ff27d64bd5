import { decodeJwt } from 'jose'
import t from 'tap'
import { settingsFromEnvironment } from '../../src/config/config.ts'
import { createService } from '../../src/service.ts'
import { createMasterKey } from '../../src/keys/master-key.ts'
import { createRefreshTokens } from '../../src/tokens/refresh-tokens.ts'
import {
  build,
  createClock,
  createPostgresDatabase,
  day,
  getMe,
  keepLog,
  onBoth,
  query,
  refresh,
  register,
  secretFor,
  signedUp,
  signIn,
  testEnvironment,
  type TokenResponse,
} from '../support/build.ts'
import { runCommand } from '../support/latchkey-command.ts'
import {
  accepts,
  compact,
  hmac,
  invalidToken,
  masterKey as former,
  openService,
  placeOf,
  secretKey as formerSecret,
  summaryOf,
} from '../support/forged-tokens.ts'
import { keyRows, kidOf, maxAge, moveTo, newToken } from '../support/keys.ts'

const present = secretFor('the next master key')
const wrongKey = {
  name: 'StartError',
  message: /^MASTER_KEY is not the one that this database was made with\. .*MASTER_KEY_PREVIOUS.*latchkey keys reset/,
}

const startWith = (environment: NodeJS.ProcessEnv) =>
  createService(settingsFromEnvironment({ ...testEnvironment, ...environment }), { logStream: { write: keepLog } })

const ofPresent = { MASTER_KEY: present, MASTER_KEY_PREVIOUS: former }

/** Whether a refresh token was made under a master key. */
async function isMadeUnder(masterKey: string, token: string, databaseUrl: string) {
  const presented = createRefreshTokens({ masterKey: createMasterKey(masterKey) }).read(token)
  const [row] = await query<{ nonce: string }>(databaseUrl, `select nonce from sessions where id = '${presented?.id}'`)
  return presented?.isOf(row!.nonce)
}

onBoth(
  t,
  'what a previous MASTER_KEY sealed is resealed by the current one, and then opens without the previous',
  async (t, database) => {
    const { app, place, databaseUrl, token } = await openService(t, { database })
    await app.close()
    const { app: second } = await build(t, { environment: { ...place, ...ofPresent } })
    await accepts(t, second, { before: token })
    await second.close()

    const rows = await keyRows(databaseUrl)
    for (const { kid, private_sealed: sealed } of rows) {
      t.match(createMasterKey(present).open('signing keys', kid, sealed), /PRIVATE KEY/)
      t.equal(createMasterKey(former).open('signing keys', kid, sealed), undefined)
    }
    const [state] = await query<{ value: string }>(databaseUrl, "select value from state where name = 'master_key'")
    t.not(createMasterKey(present).open('check', 'master key', state!.value), undefined)
    t.equal(createMasterKey(former).open('check', 'master key', state!.value), undefined)

    await t.rejects(startWith(place), wrongKey, 'the former one alone is another key now')
    const { app: third } = await build(t, { environment: { ...place, MASTER_KEY: present } })
    await accepts(t, third, { before: token })
    t.strictSame(await keyRows(databaseUrl), rows)
  },
)

onBoth(t, 'without the previous one a new MASTER_KEY is rejected, and nothing changes', async (t, database) => {
  const { app, place, databaseUrl } = await openService(t, { database })
  await app.close()
  const before = [await keyRows(databaseUrl), await query(databaseUrl, 'select * from state')]
  for (const previous of [
    {},
    { MASTER_KEY_PREVIOUS: secretFor('yet another key') },
    { MASTER_KEY_PREVIOUS: present },
  ]) {
    await t.rejects(startWith({ ...place, MASTER_KEY: present, ...previous }), wrongKey)
  }
  t.strictSame([await keyRows(databaseUrl), await query(databaseUrl, 'select * from state')], before)
  const list = [secretFor('yet another key'), former].join(', ')
  await (await startWith({ ...place, MASTER_KEY: present, MASTER_KEY_PREVIOUS: list })).close()
})

t.test('a secret with white space at its ends is used as it is, and can be rotated (C3)', async (t) => {
  for (const [secret, list] of [
    [`${former} `, `${former} `],
    [` ${former}`, `${secretFor('yet another key')}, ${former}`],
    [former, `${secretFor('yet another key')} , ${former} `],
    [`${former}\t`, `${secretFor('yet another key')}, ${former}\t`],
  ] as const) {
    const place = { ...(await placeOf(t, 'sqlite')), ALGORITHM: 'HS256', MASTER_KEY: secret, SECRET_KEY: secret }
    const { app } = await build(t, { environment: place })
    const ada = await signedUp(app, 'ada')
    await app.close()
    await t.rejects(startWith({ ...place, MASTER_KEY: secret === former ? `${former} ` : former }), wrongKey)

    const next = { MASTER_KEY: present, MASTER_KEY_PREVIOUS: list, SECRET_KEY: present, SECRET_KEY_PREVIOUS: list }
    const { app: second } = await build(t, { environment: { ...place, ...next } })
    await accepts(t, second, { [`${JSON.stringify(list)} holds its key`]: ada.access_token })
    t.equal((await refresh(second, ada.refresh_token)).statusCode, 200)
    await second.close()
  }
})

onBoth(t, 'a wrong MASTER_KEY is noticed under HS256, too, where it seals no key', async (t, database) => {
  const { app, place } = await openService(t, { database, algorithm: 'HS256' })
  await app.close()
  await t.rejects(startWith({ ...place, MASTER_KEY: present }), wrongKey)
  const { app: second } = await build(t, { environment: { ...place, ...ofPresent } })
  await second.close()
  await t.rejects(startWith(place), wrongKey)
})

onBoth(
  t,
  'a refresh token of a previous MASTER_KEY still refreshes, once, and the next is of the current one',
  async (t, database) => {
    const place = await placeOf(t, database)
    const { app, clock } = await build(t, { environment: place })
    const ada = await signedUp(app, 'ada')
    const lost = (await refresh(app, ada.refresh_token)).json<TokenResponse>()
    await app.close()

    const { app: second } = await build(t, { environment: { ...place, ...ofPresent }, clock })
    const again = (await refresh(second, ada.refresh_token)).json<TokenResponse>()
    t.equal(
      decodeJwt(again.access_token).sid,
      decodeJwt(ada.access_token).sid,
      'whoever lost the answer gets it once more',
    )
    const next = (await refresh(second, lost.refresh_token)).json<TokenResponse>()
    for (const [masterKey, is] of [
      [former, false],
      [present, true],
    ] as const) {
      t.equal(await isMadeUnder(masterKey, next.refresh_token, place.DATABASE_URL), is)
    }
    clock.advance(day)
    t.equal((await refresh(second, lost.refresh_token)).statusCode, 400, 'used is used, under whichever key')
    t.equal((await refresh(second, next.refresh_token)).statusCode, 400, 'and used again it ends its session')

    await second.close()
    const { app: third } = await build(t, { environment: { ...place, MASTER_KEY: present }, clock })
    t.equal((await refresh(third, ada.refresh_token)).statusCode, 400)
  },
)

for (const algorithm of ['ES256', 'HS256'] as const) {
  const [name, before, after] =
    algorithm === 'ES256'
      ? ['MASTER_KEY', former, present]
      : ['SECRET_KEY', formerSecret, secretFor('the next secret key')]

  t.test(
    `${name} is changed on two running instances in two steps, and no token is refused meanwhile, in either direction`,
    async (t) => {
      const place = { ...(await placeOf(t, 'postgres')), ALGORITHM: algorithm, KEY_ROTATION_DAYS: '1' }
      const clock = createClock()
      const stages = {
        before: { [name]: before },
        'step 1': { [name]: before, [`${name}_PREVIOUS`]: after },
        'step 2': { [name]: after, [`${name}_PREVIOUS`]: before },
        after: { [name]: after },
      }
      const begin = async (settings: NodeJS.ProcessEnv) =>
        (await build(t, { environment: { ...place, ...settings }, clock })).app

      const instances = [await begin(stages.before), await begin(stages.before)] as const
      const pair = [...instances]
      const ada = await signedUp(pair[0]!, 'ada')
      const accessTokens = [ada.access_token]
      let { refresh_token: refreshToken } = ada

      /** Everything that each of them makes is good for both. */
      const check = async (moment: string) => {
        for (const app of pair) {
          accessTokens.push(await newToken(app))
          const response = await refresh(app, refreshToken)
          t.equal(response.statusCode, 200, `refreshed, ${moment}`)
          const body = response.json<TokenResponse>()
          refreshToken = body.refresh_token
          accessTokens.push(body.access_token)
        }
        for (const app of pair) {
          await accepts(
            t,
            app,
            Object.fromEntries(accessTokens.map((token, index) => [`token ${index}, ${moment}`, token])),
          )
        }
        // Both have read the keys anew when they make the next.
        clock.advance(10_000)
      }

      await check('before')
      for (const [stage, settings] of Object.entries(stages).slice(1)) {
        for (const [index, which] of ['one', 'both'].entries()) {
          await pair[index]!.close()
          pair[index] = await begin(settings)
          await check(`${stage}, ${which}`)
        }
        // What only the former secret signed is over before it is forgotten.
        if (stage === 'step 2' && algorithm === 'HS256') {
          clock.advance(15 * 60_000)
          accessTokens.length = 0
        }
      }
      t.ok(accessTokens.length > 0)
      if (algorithm === 'HS256') return

      // A key that is made between the steps is one of both, too.
      const [first] = await keyRows(place.DATABASE_URL)
      moveTo(clock, first!.signs_at + day - 2 * maxAge)
      await Promise.all(pair.map((app) => app.latchkey.housekeep()))
      clock.advance(2 * maxAge)
      const [one, other] = pair
      await accepts(t, other!, { 'of the next key': await newToken(one!) })
    },
  )
}

t.test('a key that is made in the middle of the two steps is used by both instances', async (t) => {
  const place = { ...(await placeOf(t, 'postgres')), KEY_ROTATION_DAYS: '1' }
  const clock = createClock()
  const { app: one } = await build(t, { environment: { ...place, MASTER_KEY_PREVIOUS: present }, clock })
  const { app: other } = await build(t, { environment: { ...place, ...ofPresent }, clock })
  await register(one, 'ada')
  for (const maker of [one, other]) {
    const newest = (await keyRows(place.DATABASE_URL)).at(-1)
    moveTo(clock, newest!.signs_at + day - 2 * maxAge)
    await maker.latchkey.housekeep()
    clock.advance(2 * maxAge)
    const { kid } = (await keyRows(place.DATABASE_URL)).at(-1)!
    t.not(kid, newest!.kid)
    for (const [signer, taker] of [
      [one, other],
      [other, one],
    ] as const) {
      const token = await newToken(signer)
      t.equal(kidOf(token), kid)
      await accepts(t, taker, { [kid]: token })
    }
  }
})

onBoth(
  t,
  'tokens of a previous SECRET_KEY are accepted, with our kid or without one, and new ones use the current one',
  async (t, database) => {
    const built = await openService(t, { algorithm: 'HS256', database })
    const { app, place, token, claims, clock } = built
    await app.close()
    const secret = secretFor('the next secret key')
    const unnamed = (key: string) =>
      compact(JSON.stringify({ alg: 'HS256', typ: 'at+jwt' }), JSON.stringify(claims), hmac(key))
    const tokens = {
      'with our kid': token,
      'without one, of the former': unnamed(formerSecret),
      'without one, of the present': unnamed(secret),
    }

    const { app: second } = await build(t, {
      environment: { ...place, SECRET_KEY: secret, SECRET_KEY_PREVIOUS: formerSecret },
      clock,
    })
    await accepts(t, second, tokens)
    const made = await newToken(second)
    t.not(kidOf(made), kidOf(token))
    t.strictSame(summaryOf(await getMe(second, unnamed(secretFor('nobody’s')))), invalidToken)
    await second.close()

    const { app: third } = await build(t, { environment: { ...place, SECRET_KEY: secret }, clock })
    await accepts(t, third, { 'of the present': made })
    for (const [what, old] of Object.entries(tokens).slice(0, 2)) {
      t.strictSame(summaryOf(await getMe(third, old)), invalidToken, what)
    }
  },
)

for (const algorithm of ['ES256', 'HS256'] as const) {
  onBoth(
    t,
    'after a leak "latchkey keys reset" starts anew: sessions and keys gone, accounts and clients there, ' +
      `under ${algorithm}`,
    async (t, database) => {
      const { app, place, databaseUrl, token } = await openService(t, { algorithm, database })
      const held = (await signIn(app, 'ada')).json<TokenResponse>()
      await query(databaseUrl, "insert into clients values ('api', 'An API', '', '', 0, 1, 0)")
      await app.close()
      const leaked = await keyRows(databaseUrl)
      const environment = { ...place, MASTER_KEY: present }
      await t.rejects(startWith(environment), wrongKey)

      const { code, stdout, stderr } = await runCommand(t, { parameters: ['keys', 'reset'], environment })
      t.strictSame([code, stderr], [0, ''])
      t.match(stdout, /Every session has ended and every key is withdrawn/)
      t.strictSame([await query(databaseUrl, 'select * from sessions'), await keyRows(databaseUrl)], [[], []])
      t.equal((await query(databaseUrl, "select id from clients where id = 'api'")).length, 1)

      const { app: second } = await build(t, { environment })
      for (const [what, old] of Object.entries({ token, another: held.access_token })) {
        t.strictSame(summaryOf(await getMe(second, old)), invalidToken, what)
      }
      t.equal((await refresh(second, held.refresh_token)).statusCode, 400)
      await accepts(t, second, { 'the account is there': await newToken(second) })
      const kids = (await keyRows(databaseUrl)).map(({ kid }) => kid)
      t.notOk(leaked.some(({ kid }) => kids.includes(kid)))
      await second.close()
      await t.rejects(startWith(place), wrongKey, 'and the leaked one is worth nothing')
    },
  )
}

t.test(
  'an instance that still runs with the leaked MASTER_KEY after a reset signs nothing more, and keeps ' +
    'nobody from starting',
  async (t) => {
    const { app, clock, place, token } = await openService(t, { database: 'postgres' })
    const environment = { ...place, MASTER_KEY: present }
    t.match(await runCommand(t, { parameters: ['keys', 'reset'], environment }), { code: 0 })
    clock.advance(5000)
    t.strictSame(summaryOf(await getMe(app, token)), invalidToken)
    t.equal((await signIn(app, 'ada')).statusCode, 503)
    await t.resolves(startWith(environment).then((second) => second.close()))
  },
)

t.test('of two that start at once with different MASTER_KEYs on an empty PostgreSQL, one survives', async (t) => {
  for (const ALGORITHM of ['ES256', 'HS256', 'ES256']) {
    const environment = { DATABASE_URL: await createPostgresDatabase(t), SECRET_KEY: formerSecret, ALGORITHM }
    const starts = await Promise.allSettled(
      [former, present].map((MASTER_KEY) => startWith({ ...environment, MASTER_KEY })),
    )
    const [app, ...others] = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
    t.equal(others.length, 0)
    t.match(
      starts.find(({ status }) => status === 'rejected'),
      { reason: wrongKey },
    )
    await register(app!, 'ada')
    await accepts(t, app!, { 'and it works': await newToken(app!) })
    await app!.close()
  }
})
