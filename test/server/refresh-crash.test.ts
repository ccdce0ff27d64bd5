// @lane processes
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import t, { type Test } from 'tap'
import { query, type TokenResponse } from '../support/build.ts'
import { getMeAt, refreshAt, registerAt, signInAt, start } from '../support/spawn.ts'

type Service = Awaited<ReturnType<typeof start>>

async function endAtOnce(service: Service) {
  service.kill('SIGKILL')
  t.match(await service.exited, { signal: 'SIGKILL' })
}

async function signedInAt(url: string, username: string): Promise<TokenResponse> {
  await registerAt(url, username)
  return JSON.parse(await (await signInAt(url, username)).text())
}

async function refreshedAt(t: Test, url: string, token: string): Promise<TokenResponse> {
  const response = await refreshAt(url, token)
  t.equal(response.status, 200, 'refreshed')
  return JSON.parse(await response.text())
}

t.test('killed after a refresh and started again, the old token gives the same successor (S2)', async (t) => {
  const environment = { REFRESH_REUSE_SECONDS: '60' }
  const first = await start(t, { environment })
  const before = await first.ready()
  const { refresh_token: old } = await signedInAt(before.url, 'ada')
  const next = await refreshedAt(t, before.url, old)
  await endAtOnce(first)

  const { url } = await (await start(t, { folder: first.folder, environment })).ready()
  const again = await refreshedAt(t, url, old)
  t.equal(again.refresh_token, next.refresh_token)
  for (const { access_token } of [next, again]) t.equal((await getMeAt(url, access_token)).status, 200)
  await refreshedAt(t, url, next.refresh_token)
  t.equal((await refreshAt(url, old)).status, 400, 'and the one before that ends the session')
  t.equal((await getMeAt(url, next.access_token)).status, 401)
})

t.test(
  'killed after a refresh and started again, an old token that is no longer answered ends its session (S2)',
  async (t) => {
    const environment = { REFRESH_REUSE_SECONDS: '0' }
    const first = await start(t, { environment })
    const before = await first.ready()
    const { refresh_token: old } = await signedInAt(before.url, 'ada')
    const next = await refreshedAt(t, before.url, old)
    await endAtOnce(first)

    const second = await start(t, { folder: first.folder, environment })
    const { url } = await second.ready()
    t.equal((await getMeAt(url, next.access_token)).status, 200)
    t.equal((await refreshAt(url, old)).status, 400)
    t.equal((await refreshAt(url, next.refresh_token)).status, 400)
    t.equal((await getMeAt(url, next.access_token)).status, 401)
    await endAtOnce(second)
    t.equal(second.output.stdout.filter((line) => line.includes('refresh_token_reused')).length, 1)

    const third = await (await start(t, { folder: first.folder, environment })).ready()
    t.equal((await refreshAt(third.url, next.refresh_token)).status, 400, 'ended for good')
  },
)

t.test('killed while many refresh, nothing that was answered is lost', async (t) => {
  const environment = { REFRESH_REUSE_SECONDS: '60' }
  const first = await start(t, { environment })
  const before = await first.ready()
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
        if (++answers === 100) first.kill('SIGKILL')
      }
    }),
  )
  t.match(await first.exited, { signal: 'SIGKILL' })

  const rows = await query<{ id: string; generation: number }>(
    `file:${join(first.folder, 'data', 'latchkey.db')}`,
    'select id, generation from sessions',
  )
  t.equal(rows.length, clients.length)
  for (const { held, answered } of clients) {
    const generation = rows.find(({ id }) => id === decodeJwt(held.access_token).sid)!.generation
    t.ok(generation === answered || generation === answered + 1, 'what was under way is there as a whole or not at all')
  }

  const { url } = await (await start(t, { folder: first.folder, environment })).ready()
  for (const { held } of clients) {
    t.equal((await getMeAt(url, held.access_token)).status, 200)
    const next = await refreshedAt(t, url, held.refresh_token)
    await refreshedAt(t, url, next.refresh_token)
  }
})
