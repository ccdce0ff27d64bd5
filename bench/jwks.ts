import { besideBareRoute, connections, startBareRoute, textOf } from './bare-route.ts'
import { copyCrowd, type Crowd, startCheaply } from './crowd.ts'
import type { Part } from './report.ts'
import { detailsOf, takeTurns } from './rounds.ts'

/** Measures requests for the public keys. */
export async function measureJwks(dataDir: string, crowd: Crowd): Promise<Part> {
  const service = await startCheaply(await copyCrowd(crowd, dataDir))
  const path = '/auth/jwks.json'
  const requests = Array.from({ length: connections }, () => ({ path }))
  const bare = await startBareRoute({ path, body: await textOf(fetch(service.url + path)), requests })
  const [reference = [], own = []] = await takeTurns([
    bare.contestant,
    { name: 'jwks', pid: service.pid, run: () => bare.load(service.url, { kind: 'requests', requests }) },
  ])
  await Promise.all([bare, service].map((server) => server.stop()))

  return {
    verdicts: [besideBareRoute('`GET /auth/jwks.json`', own, reference, 0.6)],
    details: [detailsOf('a bare Fastify route with its bytes', reference), detailsOf('`GET /auth/jwks.json`', own)],
  }
}
