import { decodeJwt } from 'jose'
import t from 'tap'
import { build, getMe, onBoth, query, signedUp, signIn } from '../support/build.ts'
import {
  accepts,
  invalidToken,
  openService,
  readKeys,
  spellings,
  summaryOf,
  type OpenedService,
} from '../support/forged-tokens.ts'

const day = 24 * 60 * 60 * 1000

/** The order of P-256 (FIPS 186-4 D.1.2.3). If (r, s) is a signature, so is (r, order - s). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

function otherSignature(token: string) {
  const split = token.lastIndexOf('.') + 1
  const bytes = Buffer.from(token.slice(split), 'base64url')
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  const other = (order - s).toString(16).padStart(64, '0')
  return token.slice(0, split) + Buffer.concat([bytes.subarray(0, 32), Buffer.from(other, 'hex')]).toString('base64url')
}

const statusesOf = (built: OpenedService, tokens: string[]) =>
  Promise.all(tokens.map(async (token) => (await getMe(built.app, token)).statusCode))

for (const algorithm of ['ES256', 'HS256'] as const) {
  onBoth(
    t,
    'a session ended by another process is rejected on the next request, in every spelling of its token ' +
      `under ${algorithm} (J9)`,
    async (t, database) => {
      const built = await openService(t, { algorithm, database })
      const tokens = [
        ...spellings(built.token),
        ...(algorithm === 'ES256' ? spellings(otherSignature(built.token)) : []),
      ]
      t.equal(new Set(tokens).size, { ES256: 32, HS256: 4 }[algorithm])

      // All spellings are valid, so nothing may depend on the text of the token.
      t.strictSame(
        await statusesOf(built, tokens),
        tokens.map(() => 200),
        'accepted and cached by the verifier',
      )
      await query(built.databaseUrl, `delete from sessions where id = '${built.claims.sid}'`)

      for (const [index, token] of [...tokens, built.forge()].entries()) {
        t.strictSame(summaryOf(await getMe(built.app, token)), invalidToken, `spelling ${index}`)
      }
      const again = await signIn(built.app, 'ada')
      await accepts(t, built.app, { 'a new session': again.json().access_token })
    },
  )
}

t.test('a spelling first used after its session ended is also rejected (J9)', async (t) => {
  const built = await openService(t)
  await accepts(t, built.app, { 'its own token': built.token })
  await query(built.databaseUrl, 'delete from sessions')
  t.strictSame(
    await statusesOf(built, spellings(built.token)),
    spellings(built.token).map(() => 401),
  )
})

onBoth(t, 'ending one session does not affect others of its user', async (t, database) => {
  const { app, claims, databaseUrl, token } = await openService(t, { database })
  const second = (await signIn(app, 'ada')).json().access_token
  await query(databaseUrl, `delete from sessions where id = '${claims.sid}'`)
  t.equal((await getMe(app, token)).statusCode, 401)
  await accepts(t, app, { 'the other session': second })
})

onBoth(t, 'a user disabled or deleted by another process is rejected on the next request', async (t, database) => {
  const { app, databaseUrl, token } = await openService(t, { database })
  const bob = (await signedUp(app, 'bob')).access_token
  await accepts(t, app, { before: token })

  await query(databaseUrl, "update users set disabled = 1 where username = 'ada'")
  t.strictSame(summaryOf(await getMe(app, token)), invalidToken, 'disabled')
  await query(databaseUrl, "update users set disabled = 0 where username = 'ada'")
  await accepts(t, app, { 'enabled again': token })

  await query(databaseUrl, "delete from sessions where user_id = (select id from users where username = 'ada')")
  await query(databaseUrl, "delete from users where username = 'ada'")
  t.strictSame(summaryOf(await getMe(app, token)), invalidToken, 'deleted')
  t.equal((await getMe(app, bob)).json().username, 'bob')
})

onBoth(t, 'changes to a user by another process appear on the next request', async (t, database) => {
  const { app, databaseUrl, token } = await openService(t, { database })
  await accepts(t, app, { before: token })
  await query(databaseUrl, "update users set name = 'Ada Lovelace' where username = 'ada'")
  t.equal((await getMe(app, token)).json().name, 'Ada Lovelace')
})

onBoth(t, 'a session expires by the clock, even with a newer token', async (t, database) => {
  const ends = [
    { idle: '14', max: '30', days: 14, reason: 'by idleness' },
    { idle: '3', max: '2', days: 2, reason: 'absolutely' },
  ]
  for (const { idle, max, days, reason } of ends) {
    await t.test(reason, async (t) => {
      const { app, clock, forge } = await openService(t, {
        database,
        environment: { SESSION_IDLE_DAYS: idle, SESSION_MAX_DAYS: max },
      })
      const fresh = () => {
        const iat = Math.floor(clock.now() / 1000)
        return forge({ claims: { iat, exp: iat + 900 } })
      }
      for (let passed = 1; passed < days; passed++) {
        clock.advance(day)
        await accepts(t, app, { [`after ${passed} days`]: fresh() })
      }
      clock.advance(day - 1)
      const last = fresh()
      await accepts(t, app, { 'in its last millisecond': last })
      clock.advance(1)
      t.strictSame(summaryOf(await getMe(app, last)), invalidToken, 'and not in the next one')
      t.strictSame(summaryOf(await getMe(app, fresh())), invalidToken, 'even with a newer token')
    })
  }
})

onBoth(t, 'a thousand interleaved requests of two users are never mixed up (J7)', async (t, database) => {
  for (const algorithm of ['ES256', 'HS256'] as const) {
    await t.test(algorithm, async (t) => {
      const { app, token } = await openService(t, { algorithm, database })
      const tokens = {
        ada: [token, ...(await signInAgain(app, 'ada', 2))],
        bob: [(await signedUp(app, 'bob')).access_token, ...(await signInAgain(app, 'bob', 2))],
      }
      const expected = { ada: decodeJwt(tokens.ada[0]!).sub, bob: decodeJwt(tokens.bob[0]!).sub }
      for (let wave = 0; wave < 20; wave++) {
        const requests = Array.from({ length: 50 }, (_, index) => {
          const username = index % 2 === 0 ? 'ada' : 'bob'
          return { username, token: tokens[username][(wave + index) % 3]! } as const
        })
        const accounts = await Promise.all(requests.map(async ({ token }) => (await getMe(app, token)).json()))
        t.strictSame(
          accounts.map(({ id, username }) => ({ id, username })),
          requests.map(({ username }) => ({ id: expected[username], username })),
          `wave ${wave}`,
        )
      }
    })
  }
})

t.test('two services in one process keep their users apart, even with similar tokens (J7)', async (t) => {
  const { app: one } = await build(t)
  const { app: other } = await build(t)
  const ada = await signedUp(one, 'ada')
  const bob = await signedUp(other, 'bob')
  for (let times = 0; times < 3; times++) {
    t.equal((await getMe(one, ada.access_token)).json().username, 'ada')
    t.equal((await getMe(other, bob.access_token)).json().username, 'bob')
    t.strictSame(summaryOf(await getMe(one, bob.access_token)), invalidToken)
    t.strictSame(summaryOf(await getMe(other, ada.access_token)), invalidToken)
  }
})

t.test('an accepted token does not validate one with the same beginning', async (t) => {
  const { app, databaseUrl, token, forge } = await openService(t)
  t.equal((await readKeys(databaseUrl)).length, 1)
  await accepts(t, app, { 'the token': token })
  const signed = token.slice(0, token.lastIndexOf('.'))
  for (const [name, altered] of Object.entries({
    'without its signature': `${signed}.`,
    'with the signature of another token': `${signed}.${forge().split('.')[2]}x`,
    'four characters shorter': token.slice(0, -4),
    'one character longer': `${token}A`,
  })) {
    t.strictSame(summaryOf(await getMe(app, altered)), invalidToken, name)
  }
  await accepts(t, app, { 'the token, again': token })
})

async function signInAgain(app: OpenedService['app'], username: string, times: number) {
  const tokens: string[] = []
  while (tokens.length < times) tokens.push((await signIn(app, username)).json().access_token)
  return tokens
}
