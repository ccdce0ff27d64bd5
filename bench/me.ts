import { join } from 'node:path'
import { besideBareRoute, connections, startBareRoute, usersMe } from './bare-route.ts'
import { copyCrowd, type Crowd, getMe, startCheaply } from './crowd.ts'
import { openDatabase } from './database.ts'
import type { Service } from './processes.ts'
import { type Part, spread } from './report.ts'
import { detailsOf, rateOf, ratiosOf, takeTurns } from './rounds.ts'

/** Measures `GET /auth/users/me`, with each of the crowd's tokens in turn. */
export async function measureMe(folder: string, crowd: Crowd): Promise<Part> {
  const quietFolder = await copyCrowd(crowd, join(folder, 'quiet'))
  const quiet = await startCheaply(quietFolder)
  const talking = await startCheaply(await copyCrowd(crowd, join(folder, 'talking')), 'info')
  const answer = await usersMe(crowd, quiet)
  const bare = await startBareRoute(answer)
  const load =
    ({ url }: Service) =>
    () =>
      bare.load(url, { kind: 'requests', requests: answer.requests })
  const [reference = [], own = [], logged = []] = await takeTurns([
    bare.contestant,
    { name: 'users/me', pid: quiet.pid, run: load(quiet) },
    { name: 'users/me, logged', pid: talking.pid, run: load(talking) },
  ])
  await assertRejection(quietFolder, quiet, crowd.tokens[0] ?? '')
  await Promise.all([bare, quiet, talking].map((server) => server.stop()))

  return {
    verdicts: [
      besideBareRoute('`GET /auth/users/me`, SQLite, ES256, 1000 tokens in turn', own, reference, 0.4),
      [
        'the same with `LOG_LEVEL=info`, into a file',
        rateOf(logged),
        `bare route ${rateOf(reference)}`,
        spread(ratiosOf(logged, reference)),
        '',
        '',
      ],
    ],
    details: [
      detailsOf(`a bare Fastify route, ${connections} connections`, reference),
      detailsOf('`GET /auth/users/me`', own),
      detailsOf('the same with `LOG_LEVEL=info`', logged),
    ],
    proof: 'A session that another process ended was rejected at the next request.',
  }
}

/** Proves that each request checks the session: another process ends one, and the next request must be rejected. */
async function assertRejection(dataDir: string, service: Service, token: string) {
  const { sid } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  const database = openDatabase(dataDir)
  database.prepare('delete from sessions where id = ?').run(sid)
  database.close()
  const { status } = await getMe(service, token)
  if (status !== 401) throw new Error(`A session that has ended was answered with ${status}.`)
}
