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
  masterKey as previousKey,
  openService,
  placeOf,
  secretKey as previousSecret,
  summaryOf,
} from '../support/forged-tokens.ts'
import { keyRows, kidOf, maxAge, moveTo, newToken } from '../support/keys.ts'

const currentKey = secretFor('the next master key')
const wrongKey = {
  name: 'StartError',
  message: /^MASTER_KEY is not the one that this database was made with\. .*MASTER_KEY_PREVIOUS.*latchkey keys reset/,
}

const startWith = (environment: NodeJS.ProcessEnv) =>
  createService(settingsFromEnvironment({ ...testEnvironment, ...environment }), { logStream: { write: keepLog } })

const afterChange = { MASTER_KEY: currentKey, MASTER_KEY_PREVIOUS: previousKey }

/** Whether a refresh token was issued under a master key. */
async function isIssuedUnder(masterKey: string, token: string, databaseUrl: string) {
  const presented = createRefreshTokens({ masterKey: createMasterKey(masterKey) }).read(token)
  const [row] = await query<{ nonce: string }>(databaseUrl, `select nonce from sessions where id = '${presented?.id}'`)
  return presented?.isOf(row!.nonce)
}

onBoth(
  t,
  'what a previous MASTER_KEY encrypted is re-encrypted by the current one, which then suffices',
  async (t, database) => {
    const { app, place, databaseUrl, token } = await openService(t, { database })
    await app.close()
    const { app: second } = await build(t, { environment: { ...place, ...afterChange } })
    await accepts(t, second, { before: token })
    await second.close()

    const rows = await keyRows(databaseUrl)
    for (const { kid, private_sealed: sealed } of rows) {
      t.match(createMasterKey(currentKey).open('signing keys', kid, sealed), /PRIVATE KEY/)
      t.equal(createMasterKey(previousKey).open('signing keys', kid, sealed), undefined)
    }
    const [state] = await query<{ value: string }>(databaseUrl, "select value from state where name = 'master_key'")
    t.not(createMasterKey(currentKey).open('check', 'master key', state!.value), undefined)
    t.equal(createMasterKey(previousKey).open('check', 'master key', state!.value), undefined)

    await t.rejects(startWith(place), wrongKey, 'the previous key alone is now wrong')
    const { app: third } = await build(t, { environment: { ...place, MASTER_KEY: currentKey } })
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
    { MASTER_KEY_PREVIOUS: currentKey },
  ]) {
    await t.rejects(startWith({ ...place, MASTER_KEY: currentKey, ...previous }), wrongKey)
  }
  t.strictSame([await keyRows(databaseUrl), await query(databaseUrl, 'select * from state')], before)
  const list = [secretFor('yet another key'), previousKey].join(', ')
  await (await startWith({ ...place, MASTER_KEY: currentKey, MASTER_KEY_PREVIOUS: list })).close()
})

t.test('a secret with white space at its ends is used unchanged, and can be rotated (C3)', async (t) => {
  for (const [secret, list] of [
    [`${previousKey} `, `${previousKey} `],
    [` ${previousKey}`, `${secretFor('yet another key')}, ${previousKey}`],
    [previousKey, `${secretFor('yet another key')} , ${previousKey} `],
    [`${previousKey}\t`, `${secretFor('yet another key')}, ${previousKey}\t`],
  ] as const) {
    const place = { ...(await placeOf(t, 'sqlite')), ALGORITHM: 'HS256', MASTER_KEY: secret, SECRET_KEY: secret }
    const { app } = await build(t, { environment: place })
    const ada = await signedUp(app, 'ada')
    await app.close()
    await t.rejects(
      startWith({ ...place, MASTER_KEY: secret === previousKey ? `${previousKey} ` : previousKey }),
      wrongKey,
    )

    const next = {
      MASTER_KEY: currentKey,
      MASTER_KEY_PREVIOUS: list,
      SECRET_KEY: currentKey,
      SECRET_KEY_PREVIOUS: list,
    }
    const { app: second } = await build(t, { environment: { ...place, ...next } })
    await accepts(t, second, { [`${JSON.stringify(list)} contains its key`]: ada.access_token })
    t.equal((await refresh(second, ada.refresh_token)).statusCode, 200)
    await second.close()
  }
})

onBoth(t, 'a wrong MASTER_KEY is also detected under HS256, where it encrypts no key', async (t, database) => {
  const { app, place } = await openService(t, { database, algorithm: 'HS256' })
  await app.close()
  await t.rejects(startWith({ ...place, MASTER_KEY: currentKey }), wrongKey)
  const { app: second } = await build(t, { environment: { ...place, ...afterChange } })
  await second.close()
  await t.rejects(startWith(place), wrongKey)
})

onBoth(
  t,
  'a refresh token of a previous MASTER_KEY still refreshes once, and its successor uses the current one',
  async (t, database) => {
    const place = await placeOf(t, database)
    const { app, clock } = await build(t, { environment: place })
    const ada = await signedUp(app, 'ada')
    const lost = (await refresh(app, ada.refresh_token)).json<TokenResponse>()
    await app.close()

    const { app: second } = await build(t, { environment: { ...place, ...afterChange }, clock })
    const again = (await refresh(second, ada.refresh_token)).json<TokenResponse>()
    t.equal(decodeJwt(again.access_token).sid, decodeJwt(ada.access_token).sid, 'a lost response is repeated')
    const next = (await refresh(second, lost.refresh_token)).json<TokenResponse>()
    for (const [masterKey, is] of [
      [previousKey, false],
      [currentKey, true],
    ] as const) {
      t.equal(await isIssuedUnder(masterKey, next.refresh_token, place.DATABASE_URL), is)
    }
    clock.advance(day)
    t.equal((await refresh(second, lost.refresh_token)).statusCode, 400, 'a used token is detected under either key')
    t.equal((await refresh(second, next.refresh_token)).statusCode, 400, 'and ends its session')

    await second.close()
    const { app: third } = await build(t, { environment: { ...place, MASTER_KEY: currentKey }, clock })
    t.equal((await refresh(third, ada.refresh_token)).statusCode, 400)
  },
)

for (const algorithm of ['ES256', 'HS256'] as const) {
  const [name, before, after] =
    algorithm === 'ES256'
      ? ['MASTER_KEY', previousKey, currentKey]
      : ['SECRET_KEY', previousSecret, secretFor('the next secret key')]

  t.test(
    `${name} is changed on two running instances in two steps, and no token is rejected meanwhile, in either direction`,
    async (t) => {
      const place = { ...(await placeOf(t, 'postgres')), ALGORITHM: algorithm, KEY_ROTATION_DAYS: '1' }
      const clock = createClock()
      const stages = {
        before: { [name]: before },
        'step 1': { [name]: before, [`${name}_PREVIOUS`]: after },
        'step 2': { [name]: after, [`${name}_PREVIOUS`]: before },
        after: { [name]: after },
      }
      const start = async (settings: NodeJS.ProcessEnv) =>
        (await build(t, { environment: { ...place, ...settings }, clock })).app

      const instances = [await start(stages.before), await start(stages.before)] as const
      const pair = [...instances]
      const ada = await signedUp(pair[0]!, 'ada')
      const accessTokens = [ada.access_token]
      let { refresh_token: refreshToken } = ada

      /** Both instances accept every token that either of them issues. */
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
        // Both instances have reloaded the keys before the next one is created.
        clock.advance(10_000)
      }

      await check('before')
      for (const [stage, settings] of Object.entries(stages).slice(1)) {
        for (const [index, which] of ['one', 'both'].entries()) {
          await pair[index]!.close()
          pair[index] = await start(settings)
          await check(`${stage}, ${which}`)
        }
        // Tokens signed only by the previous secret expire before it is removed.
        if (stage === 'step 2' && algorithm === 'HS256') {
          clock.advance(15 * 60_000)
          accessTokens.length = 0
        }
      }
      t.ok(accessTokens.length > 0)
      if (algorithm === 'HS256') return

      // Both instances also use a key created between the steps.
      const [first] = await keyRows(place.DATABASE_URL)
      moveTo(clock, first!.signs_at + day - 2 * maxAge)
      await Promise.all(pair.map((app) => app.latchkey.housekeep()))
      clock.advance(2 * maxAge)
      const [one, other] = pair
      await accepts(t, other!, { 'a token of the next key': await newToken(one!) })
    },
  )
}

t.test('both instances use a key created between the two steps', async (t) => {
  const place = { ...(await placeOf(t, 'postgres')), KEY_ROTATION_DAYS: '1' }
  const clock = createClock()
  const { app: one } = await build(t, { environment: { ...place, MASTER_KEY_PREVIOUS: currentKey }, clock })
  const { app: other } = await build(t, { environment: { ...place, ...afterChange }, clock })
  await register(one, 'ada')
  for (const maker of [one, other]) {
    const newest = (await keyRows(place.DATABASE_URL)).at(-1)
    moveTo(clock, newest!.signs_at + day - 2 * maxAge)
    await maker.latchkey.housekeep()
    clock.advance(2 * maxAge)
    const { kid } = (await keyRows(place.DATABASE_URL)).at(-1)!
    t.not(kid, newest!.kid)
    for (const [signer, verifier] of [
      [one, other],
      [other, one],
    ] as const) {
      const token = await newToken(signer)
      t.equal(kidOf(token), kid)
      await accepts(t, verifier, { [kid]: token })
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
      'without a kid, by the previous secret': unnamed(previousSecret),
      'without a kid, by the current secret': unnamed(secret),
    }

    const { app: second } = await build(t, {
      environment: { ...place, SECRET_KEY: secret, SECRET_KEY_PREVIOUS: previousSecret },
      clock,
    })
    await accepts(t, second, tokens)
    const issued = await newToken(second)
    t.not(kidOf(issued), kidOf(token))
    t.strictSame(summaryOf(await getMe(second, unnamed(secretFor('no client')))), invalidToken)
    await second.close()

    const { app: third } = await build(t, { environment: { ...place, SECRET_KEY: secret }, clock })
    await accepts(t, third, { 'a token of the current secret': issued })
    for (const [what, old] of Object.entries(tokens).slice(0, 2)) {
      t.strictSame(summaryOf(await getMe(third, old)), invalidToken, what)
    }
  },
)

for (const algorithm of ['ES256', 'HS256'] as const) {
  onBoth(
    t,
    'after a leak "latchkey keys reset" removes all sessions and keys, and keeps accounts and clients, ' +
      `under ${algorithm}`,
    async (t, database) => {
      const { app, place, databaseUrl, token } = await openService(t, { algorithm, database })
      const session = (await signIn(app, 'ada')).json<TokenResponse>()
      await query(databaseUrl, "insert into clients values ('api', 'An API', '', '', 0, 1, 0)")
      await app.close()
      const leaked = await keyRows(databaseUrl)
      const environment = { ...place, MASTER_KEY: currentKey }
      await t.rejects(startWith(environment), wrongKey)

      const { code, stdout, stderr } = await runCommand(t, { parameters: ['keys', 'reset'], environment })
      t.strictSame([code, stderr], [0, ''])
      t.match(stdout, /All sessions have ended and all keys are revoked/)
      t.strictSame([await query(databaseUrl, 'select * from sessions'), await keyRows(databaseUrl)], [[], []])
      t.equal((await query(databaseUrl, "select id from clients where id = 'api'")).length, 1)

      const { app: second } = await build(t, { environment })
      for (const [what, old] of Object.entries({ token, another: session.access_token })) {
        t.strictSame(summaryOf(await getMe(second, old)), invalidToken, what)
      }
      t.equal((await refresh(second, session.refresh_token)).statusCode, 400)
      await accepts(t, second, { 'the account still exists': await newToken(second) })
      const kids = (await keyRows(databaseUrl)).map(({ kid }) => kid)
      t.notOk(leaked.some(({ kid }) => kids.includes(kid)))
      await second.close()
      await t.rejects(startWith(place), wrongKey, 'the leaked key is rejected')
    },
  )
}

t.test(
  'an instance still running with the leaked MASTER_KEY after a reset signs nothing, and does not keep ' +
    'others from starting',
  async (t) => {
    const { app, clock, place, token } = await openService(t, { database: 'postgres' })
    const environment = { ...place, MASTER_KEY: currentKey }
    t.match(await runCommand(t, { parameters: ['keys', 'reset'], environment }), { code: 0 })
    clock.advance(5000)
    t.strictSame(summaryOf(await getMe(app, token)), invalidToken)
    t.equal((await signIn(app, 'ada')).statusCode, 503)
    await t.resolves(startWith(environment).then((second) => second.close()))
  },
)

t.test(
  'of two instances starting simultaneously with different MASTER_KEYs on an empty PostgreSQL, one fails',
  async (t) => {
    for (const ALGORITHM of ['ES256', 'HS256', 'ES256']) {
      const environment = { DATABASE_URL: await createPostgresDatabase(t), SECRET_KEY: previousSecret, ALGORITHM }
      const starts = await Promise.allSettled(
        [previousKey, currentKey].map((MASTER_KEY) => startWith({ ...environment, MASTER_KEY })),
      )
      const [app, ...others] = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
      t.equal(others.length, 0)
      t.match(
        starts.find(({ status }) => status === 'rejected'),
        { reason: wrongKey },
      )
      await register(app!, 'ada')
      await accepts(t, app!, { 'the other works': await newToken(app!) })
      await app!.close()
    }
  },
)
