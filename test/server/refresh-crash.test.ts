// @lane processes
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { decodeJwt } from 'jose'
import t, { type Test } from 'tap'
import { build, getMe, query, refresh, type TokenResponse } from '../support/build.ts'
import { getMeAt, refreshAt, registerAt, signInAt, start } from '../support/spawn.ts'

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

t.test('killed while many refresh, nothing that was answered is lost, and old tokens are as before (S2)', async (t) => {
  const environment = { REFRESH_REUSE_SECONDS: '60', SIGN_IN_ATTEMPTS: '100', HASH_QUEUE_MS: '60000' }
  const killed = await start(t, { environment })
  const before = await killed.ready()
  const { refresh_token: old } = await signedInAt(before.url, 'ada')
  const next = await refreshedAt(t, before.url, old)
  const names = Array.from({ length: 10 }, (_, index) => `ada ${index}`)
  const clients = await Promise.all(
    names.map(async (name) => ({ held: await signedInAt(before.url, name), answered: 0 })),
  )

  /** Refreshes until nobody answers; the hundredth answer of all is the end. */
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
    t.ok(generation === answered || generation === answered + 1, 'what was under way is there as a whole or not at all')
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
  t.equal((await refresh(app, old)).statusCode, 400, 'and the one before that ends the session')
  t.equal((await getMe(app, next.access_token)).statusCode, 401)
})

t.test('an old token that is no longer answered ends its session, also when it is killed then (S2)', async (t) => {
  const environment = { REFRESH_REUSE_SECONDS: '0' }
  const killed = await start(t, { environment })
  const { url } = await killed.ready()
  const { refresh_token: old } = await signedInAt(url, 'ada')
  const next = await refreshedAt(t, url, old)
  const grace = await signedInAt(url, 'grace')
  const graceNext = await refreshedAt(t, url, grace.refresh_token)
  t.equal((await getMeAt(url, next.access_token)).status, 200)
  const logged = killed.says(/refresh_token_reused/)
  t.equal((await refreshAt(url, old)).status, 400)
  t.equal((await refreshAt(url, next.refresh_token)).status, 400)
  t.equal((await getMeAt(url, next.access_token)).status, 401)
  await logged
  killed.kill('SIGKILL')
  t.match(await killed.exited, { signal: 'SIGKILL' })
  t.equal(killed.output.stdout.filter((line) => line.includes('refresh_token_reused')).length, 1)

  const { app } = await startedAgain(t, killed, environment)
  t.equal((await refresh(app, next.refresh_token)).statusCode, 400, 'ended for good')
  t.equal((await getMe(app, graceNext.access_token)).statusCode, 200)
  t.equal((await refresh(app, grace.refresh_token)).statusCode, 400, 'one from before the end ends its session, too')
  t.equal((await getMe(app, graceNext.access_token)).statusCode, 401)
})

/** The next service over the database of one that was killed. */
function startedAgain(t: Test, { folder }: Service, environment: NodeJS.ProcessEnv) {
  const data = join(folder, 'data')
  // Its issuer is part of the tokens; the killed service took any free port.
  const place = { DATA_DIR: data, DATABASE_URL: `file:${join(data, 'latchkey.db')}`, PUBLIC_URL: 'http://localhost:0' }
  return build(t, { environment: { ...place, ...environment } })
}

async function refreshedIn(t: Test, app: FastifyInstance, token: string): Promise<TokenResponse> {
  const response = await refresh(app, token)
  t.equal(response.statusCode, 200, 'refreshed')
  return response.json()
}
