import { existsSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader } from 'jose'
import t, { type Test } from 'tap'
import { settingsFromEnvironment } from '../../src/config/config.ts'
import { createService } from '../../src/service.ts'
import { migrationNames } from '../../src/store/migrations.ts'
import { openStore } from '../../src/store/store.ts'
import { build, getMe, onBoth, query, register, secretFor, signIn, testEnvironment } from '../support/build.ts'
import { accepts, invalidToken, openService, placeOf, readKeys, summaryOf } from '../support/forged-tokens.ts'
import { connectedTo, lockAwaited } from '../support/postgres.ts'

const wrongKey = {
  name: 'StartError',
  message: /^MASTER_KEY is not the one that this database was made with\. .*latchkey keys reset/,
}

const startWith = (environment: NodeJS.ProcessEnv) =>
  createService(settingsFromEnvironment({ ...testEnvironment, LOG_LEVEL: 'silent', ...environment }))

for (const algorithm of ['ES256', 'HS256'] as const) {
  onBoth(
    t,
    `a restart on the same database keeps users and verifies previous tokens, under ${algorithm}`,
    async (t, database) => {
      const { app, place, token, header } = await openService(t, { algorithm, database })
      await app.close()
      const { app: second } = await build(t, { environment: place })
      await accepts(t, second, { before: token })
      const { access_token: after } = (await signIn(second, 'ada')).json()
      t.equal(decodeProtectedHeader(after).kid, header.kid, 'the key is the same')
      await accepts(t, second, { after })
    },
  )
}

onBoth(
  t,
  'a MASTER_KEY that does not match the database keeps the service from starting, and changes nothing',
  async (t, database) => {
    const { app, place, databaseUrl, token } = await openService(t, { database })
    await app.close()
    const before = await query(databaseUrl, 'select * from signing_keys')
    await t.rejects(startWith({ ...place, MASTER_KEY: secretFor('another master key') }), wrongKey)
    await t.rejects(startWith({ ...place, MASTER_KEY: `${place.MASTER_KEY} ` }), wrongKey)
    t.strictSame(await query(databaseUrl, 'select * from signing_keys'), before)

    const { app: again } = await build(t, { environment: place })
    await accepts(t, again, { 'with the right key': token })
  },
)

t.test('a failed start closes the database', async (t) => {
  const { app, place } = await openService(t)
  await app.close()
  await t.rejects(startWith({ ...place, MASTER_KEY: secretFor('another master key') }), wrongKey)
  t.notOk(existsSync(`${place.DATA_DIR}/latchkey.db-wal`), 'SQLite removes its journal when the last connection closes')
})

onBoth(t, 'a damaged key in the database is reported with the same message', async (t, database) => {
  const { app, place, databaseUrl } = await openService(t, { database })
  await app.close()
  const [row] = await query<{ private_sealed: string }>(databaseUrl, 'select private_sealed from signing_keys')
  const sealed = row!.private_sealed
  for (const damaged of [
    '',
    '1.',
    sealed.slice(0, 12),
    sealed.slice(0, 30),
    sealed.slice(0, -4),
    `2.${sealed.slice(2)}`,
  ]) {
    await query(databaseUrl, `update signing_keys set private_sealed = '${damaged}'`)
    await t.rejects(startWith(place), wrongKey, `${damaged.length} characters`)
  }
})

t.test(
  'the private key is stored encrypted, the public key as a JWK whose kid is its thumbprint (RFC 7638)',
  async (t) => {
    const { databaseUrl, header } = await openService(t)
    const rows = await query<Record<string, unknown>>(databaseUrl, 'select * from signing_keys')
    t.equal(rows.length, 1)
    t.notMatch(JSON.stringify(rows), /PRIVATE KEY|"d"/)
    const [key] = await readKeys(databaseUrl)
    const jwk = JSON.parse(key!.publicJwk)
    t.strictSame(Object.keys(jwk).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    t.match(jwk, { kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig', kid: header.kid })
    t.equal(await calculateJwkThumbprint(jwk), header.kid)
  },
)

t.test(
  'five instances starting simultaneously on one PostgreSQL share one key, and accept the tokens of each other',
  async (t) => {
    const place = await placeOf(t, 'postgres')
    const apps = await startTogether(t, 5, place)
    t.equal((await query(place.DATABASE_URL, 'select kid from signing_keys')).length, 1)
    t.equal((await query(place.DATABASE_URL, 'select name from latchkey_migrations')).length, migrationNames.length)
    await checkSharedTokens(t, apps)
  },
)

t.test('of two instances that have both created a key but not stored it, one discards its own', async (t) => {
  const place = await placeOf(t, 'postgres')
  await (await openStore(place.DATABASE_URL)).close()

  // Nothing can be written until both wait to write.
  const holder = await connectedTo(t, place.DATABASE_URL)
  await holder.query("insert into state values ('key_type', 'asymmetric'); begin; select from state for update")
  const starting = startTogether(t, 2, place)
  await lockAwaited(place.DATABASE_URL, 2)
  await holder.query('commit')

  const apps = await starting
  t.equal((await query(place.DATABASE_URL, 'select kid from signing_keys')).length, 1)
  await checkSharedTokens(t, apps)
})

async function startTogether(t: Test, count: number, environment: NodeJS.ProcessEnv) {
  const services = await Promise.all(Array.from({ length: count }, () => build(t, { environment })))
  return services.map(({ app }) => app)
}

async function checkSharedTokens(t: Test, apps: FastifyInstance[]) {
  t.equal((await register(apps[0]!, 'ada')).statusCode, 201)
  const tokens = await Promise.all(apps.map(async (app) => (await signIn(app, 'ada')).json().access_token))
  t.equal(new Set(tokens.map((token) => decodeProtectedHeader(token).kid)).size, 1, 'all have the same kid')
  for (const app of apps) {
    await accepts(t, app, Object.fromEntries(tokens.map((token, index) => [`a token of instance ${index}`, token])))
  }
}

t.test('a session ended by one instance is rejected by the others at once', async (t) => {
  const { app: one, place, token } = await openService(t, { database: 'postgres' })
  const { app: other } = await build(t, { environment: place })
  await accepts(t, one, { 'the first instance': token })
  await accepts(t, other, { 'the second instance': token })
  await query(place.DATABASE_URL, `delete from sessions where id = '${decodeJwt(token).sid}'`)
  for (const app of [one, other]) t.strictSame(summaryOf(await getMe(app, token)), invalidToken)
})

onBoth(
  t,
  'HS256 and ES256 never verify under the other setting, and changing back restores nothing',
  async (t, database) => {
    const place = await placeOf(t, database)
    const previousTokens: string[] = []
    for (const algorithm of ['ES256', 'HS256', 'ES256', 'HS256'] as const) {
      await t.test(algorithm, async (t) => {
        const { app } = await build(t, { environment: { ...place, ALGORITHM: algorithm } })
        for (const token of previousTokens) {
          // An unchanged shared secret verifies what it signed, but a withdrawn key pair is gone.
          const usesSameSecret = decodeProtectedHeader(token).alg === 'HS256' && algorithm === 'HS256'
          t.equal((await getMe(app, token)).statusCode, usesSameSecret ? 200 : 401)
        }
        await register(app, 'ada')
        const token = (await signIn(app, 'ada')).json().access_token
        await accepts(t, app, { 'its own token': token })
        previousTokens.push(token)
      })
    }
  },
)

t.test(
  'changing SECRET_KEY invalidates what the previous one signed, and the new kid reveals nothing about it',
  async (t) => {
    const { app, place, token, header } = await openService(t, { algorithm: 'HS256' })
    await app.close()
    const secret = secretFor('another secret key')
    const { app: second } = await build(t, { environment: { ...place, SECRET_KEY: secret } })
    t.strictSame(summaryOf(await getMe(second, token)), invalidToken)
    const kid = String(decodeProtectedHeader((await signIn(second, 'ada')).json().access_token).kid)
    t.not(kid, header.kid)
    t.match(kid, /^[\w-]{22}$/)
    t.notOk(secret.includes(kid))
  },
)
