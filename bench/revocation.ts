import { besideBareRoute, startBareRoute, usersMe } from './bare-route.ts'
import { copyCrowd, type Crowd, startCheaply } from './crowd.ts'
import { readNumber } from './database.ts'
import type { Part } from './report.ts'
import { detailsOf, runs, takeTurns } from './rounds.ts'
import { insertSessions } from './sessions.ts'

/** More sign-outs than any current machine completes in one round. */
const maxPerRound = 75_000

/** Measures sign-outs. Each one ends a different session. */
export async function measureRevocation(dataDir: string, crowd: Crowd): Promise<Part> {
  await copyCrowd(crowd, dataDir)
  const refreshTokens = await insertSessions(dataDir, runs * maxPerRound)
  const before = readNumber(dataDir, countOfSessions)
  const service = await startCheaply(dataDir)
  const bare = await startBareRoute(await usersMe(crowd, service))
  let answered = 0
  const [reference = [], own = []] = await takeTurns([
    bare.contestant,
    {
      name: 'revocation',
      pid: service.pid,
      async run(round) {
        const tokens = refreshTokens.slice(round * maxPerRound, (round + 1) * maxPerRound)
        const load = await bare.load(service.url, { kind: 'revocation', tokens })
        answered += load.answered
        return load
      },
    },
  ])
  await Promise.all([bare, service].map((server) => server.stop()))
  const gone = before - readNumber(dataDir, countOfSessions)
  if (gone < answered) throw new Error(`Of ${answered} sessions that were signed out only ${gone} are gone.`)

  return {
    verdicts: [besideBareRoute('`POST /auth/revoke`, another session each time', own, reference, 0.1)],
    details: [detailsOf('`POST /auth/revoke`', own)],
    proof: 'Every session that was signed out was deleted.',
  }
}

const countOfSessions = 'select count(*) from sessions'
