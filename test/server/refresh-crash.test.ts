// @lane processes
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { decodeJwt } from 'jose'
import t, { type Test } from 'tap'
import { build, getMe, query, refresh, signedUp, type TokenResponse } from '../support/build.ts'
import { emptyFolder, refreshAt, registerAt, signInAt, start } from '../support/spawn.ts'

type Service = Awaited<ReturnType<typeof start>>

async function signedInAt(url: string, username: string): Promise<TokenResponse> {
  await registerAt(url, username)
  return JSON.parse(await (await signInAt(url, username)).text())
}

async function refreshedAt(t: Test, url: string, token: string): Promise<TokenResponse> {
  const response = await refreshAt(url, token)
  t.equal(response.status, 200, 'refreshed')
  return JSON.parse(await response.text())
}

t.test(
  'after a kill during many refreshes, no answered refresh is lost and old tokens behave as before (S2)',
  async (t) => {
    const environment = { REFRESH_REUSE_SECONDS: '60', SIGN_IN_ATTEMPTS: '100', HASH_QUEUE_MS: '60000' }
    const killed = await start(t, { environment })
    const before = await killed.ready()
    const { refresh_token: old } = await signedInAt(before.url, 'ada')
    const next = await refreshedAt(t, before.url, old)
    const names = Array.from({ length: 10 }, (_, index) => `ada ${index}`)
    const clients = await Promise.all(
      names.map(async (name) => ({ held: await signedInAt(before.url, name), answered: 0 })),
    )

    /** The clients refresh until the service no longer answers; it is killed at the hundredth response. */
    let answers = 0
    await Promise.all(
      clients.map(async (client) => {
        for (;;) {
          const response = await refreshAt(before.url, client.held.refresh_token)
            .then((response) => response.text())
            .catch(() => undefined)
          if (response === undefined) return
          client.held = JSON.parse(response)
          client.answered++
          if (++answers === 100) killed.kill('SIGKILL')
        }
      }),
    )
    t.match(await killed.exited, { signal: 'SIGKILL' })

    const rows = await query<{ id: string; generation: number }>(
      `file:${join(killed.folder, 'data', 'latchkey.db')}`,
      'select id, generation from sessions',
    )
    t.equal(rows.length, clients.length + 1)
    for (const { held, answered } of clients) {
      const generation = rows.find(({ id }) => id === decodeJwt(held.access_token).sid)!.generation
      t.ok(
        generation === answered || generation === answered + 1,
        'a refresh in flight is stored completely or not at all',
      )
    }

    const { app } = await startedAgain(t, killed, environment)
    for (const { held } of clients) {
      t.equal((await getMe(app, held.access_token)).statusCode, 200)
      const one = await refreshedIn(t, app, held.refresh_token)
      await refreshedIn(t, app, one.refresh_token)
    }

    const again = await refreshedIn(t, app, old)
    t.equal(again.refresh_token, next.refresh_token, 'the old token gives the same successor')
    for (const { access_token } of [next, again]) t.equal((await getMe(app, access_token)).statusCode, 200)
    await refreshedIn(t, app, next.refresh_token)
    t.equal((await refresh(app, old)).statusCode, 400, 'the token before that ends the session')
    t.equal((await getMe(app, next.access_token)).statusCode, 401)
  },
)

t.test('an old token outside its grace period ends its session for the next service as well (S2)', async (t) => {
  const folder = await emptyFolder(t)
  const environment = { ...databaseIn(folder), REFRESH_REUSE_SECONDS: '0' }
  const { app: first, clock, lines } = await build(t, { environment })
  const { refresh_token: old } = await signedUp(first, 'ada')
  const next = await refreshedIn(t, first, old)
  const grace = await signedUp(first, 'grace')
  const graceNext = await refreshedIn(t, first, grace.refresh_token)
  t.equal((await getMe(first, next.access_token)).statusCode, 200)
  clock.advance(1)
  t.equal((await refresh(first, old)).statusCode, 400)
  t.equal((await refresh(first, next.refresh_token)).statusCode, 400)
  t.equal((await getMe(first, next.access_token)).statusCode, 401)
  t.equal(lines.filter((line) => line.includes('refresh_token_reused')).length, 1)

  // The first service is not closed, so the next sees only what it has committed.
  const { app } = await build(t, { environment, clock })
  t.equal((await refresh(app, next.refresh_token)).statusCode, 400, 'the session has ended for good')
  t.equal((await getMe(app, graceNext.access_token)).statusCode, 200)
  t.equal((await refresh(app, grace.refresh_token)).statusCode, 400, 'a previous token ends its session here')
  t.equal((await getMe(app, graceNext.access_token)).statusCode, 401)
})

/** Starts another service over the database of one that was killed. */
function startedAgain(t: Test, { folder }: Service, environment: NodeJS.ProcessEnv) {
  const data = join(folder, 'data')
  // The issuer is part of the tokens, and the killed service used any free port.
  return build(t, { environment: { ...databaseIn(data), PUBLIC_URL: 'http://localhost:0', ...environment } })
}

const databaseIn = (folder: string) => ({ DATA_DIR: folder, DATABASE_URL: `file:${join(folder, 'latchkey.db')}` })

async function refreshedIn(t: Test, app: FastifyInstance, token: string): Promise<TokenResponse> {
  const response = await refresh(app, token)
  t.equal(response.statusCode, 200, 'refreshed')
  return response.json()
}
