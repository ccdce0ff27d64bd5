import { besideBareRoute, connections, startBareRoute, usersMe } from './bare-route.ts'
import { copyCrowd, type Crowd, startCheaply } from './crowd.ts'
import { readNumber } from './database.ts'
import type { Part } from './report.ts'
import { detailsOf, takeTurns } from './rounds.ts'

/** Measures refreshes. Each connection uses the refresh token of a response in its next request. */
export async function measureRefresh(dataDir: string, crowd: Crowd): Promise<Part> {
  const service = await startCheaply(await copyCrowd(crowd, dataDir))
  const bare = await startBareRoute(await usersMe(crowd, service))
  let answered = 0
  const [reference = [], own = []] = await takeTurns([
    bare.contestant,
    {
      name: 'refresh',
      pid: service.pid,
      // Each round uses other sessions, because the last refreshes of a round may not have received their response.
      async run(round) {
        const tokens = crowd.refreshTokens.slice(round * connections, (round + 1) * connections)
        const load = await bare.load(service.url, { kind: 'refresh', tokens })
        answered += load.answered
        return load
      },
    },
  ])
  await Promise.all([bare, service].map((server) => server.stop()))
  // A used token may also get a response, but it does not advance its session.
  const moved = readNumber(dataDir, 'select sum(generation) from sessions')
  if (moved < answered) throw new Error(`Of ${answered} refreshes only ${moved} moved their session on.`)

  return {
    verdicts: [besideBareRoute(`\`POST /auth/token\`, refresh, ${connections} sessions`, own, reference, 0.07)],
    details: [detailsOf('`POST /auth/token`, refresh', own)],
    proof: 'Every refresh advanced its session.',
  }
}
