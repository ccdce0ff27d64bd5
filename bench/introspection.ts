import { createAudit } from '../src/audit/index.ts'
import { operator } from '../src/authorization/index.ts'
import { openStore } from '../src/store/index.ts'
import { createClients } from '../src/tokens/index.ts'
import { besideBareRoute, startBareRoute, usersMe } from './bare-route.ts'
import { copyCrowd, type Crowd, startCheaply } from './crowd.ts'
import { databaseIn } from './database.ts'
import { form, withHeaders } from './forms.ts'
import type { Work } from './load.ts'
import type { Part } from './report.ts'
import { detailsOf, takeTurns } from './rounds.ts'

/** Measures how a resource server introspects access tokens. */
export async function measureIntrospection(dataDir: string, crowd: Crowd): Promise<Part> {
  const credentials = await registerResourceServer(`file:${databaseIn(await copyCrowd(crowd, dataDir))}`)
  const service = await startCheaply(dataDir)
  const bare = await startBareRoute(await usersMe(crowd, service))
  const work: Work = {
    kind: 'requests',
    requests: crowd.tokens.map((token) => introspectionOf(token, credentials)),
    beginning: '{"active":true,',
  }
  const [reference = [], own = []] = await takeTurns([
    bare.contestant,
    { name: 'introspection', pid: service.pid, run: () => bare.load(service.url, work) },
  ])
  await Promise.all([bare, service].map((server) => server.stop()))

  return {
    verdicts: [besideBareRoute('`POST /auth/introspect`, 1000 tokens in turn', own, reference, 0.25)],
    details: [detailsOf('`POST /auth/introspect`', own)],
  }
}

/** The request with which a resource server introspects a token. */
export function introspectionOf(token: string, credentials: string) {
  return withHeaders(form('/auth/introspect', { token }), { authorization: `Basic ${credentials}` })
}

/** @returns the client's credentials, encoded for the `Authorization` header */
export async function registerResourceServer(databaseUrl: string) {
  const store = await openStore(databaseUrl)
  const clients = createClients({
    store,
    now: Date.now,
    audit: createAudit({ store, now: Date.now, keepDays: 365 }),
  })
  const { client, secret } = await clients.create(
    { name: 'Resource server', scope: '', client_credentials: false, introspection: true },
    operator,
  )
  await store.close()
  return Buffer.from(`${client.id}:${secret}`).toString('base64')
}
