import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { cheapHashes, getMe, type Crowd } from './crowd.ts'
import type { Job, Load } from './load.ts'
import { startHelper, startService, type Service } from './processes.ts'
import { median, spread, verdict } from './report.ts'
import { detailsOf, rateOf, ratiosOf, takeTurns } from './rounds.ts'

const seconds = 5
const connections = 50
const leastRatio = 0.33

/** GET /auth/users/me, with the tokens of the crowd in turn, beside a route that does nothing. */
export async function measureMe (folder: string, crowd: Crowd) {
  const quietFolder = join(folder, 'quiet')
  const quiet = await startOver(crowd, quietFolder, 'warn')
  const talking = await startOver(crowd, join(folder, 'talking'), 'info')
  const [token = ''] = crowd.tokens
  const bare = startHelper('bare.ts')
  const bareUrl = await bare.ask<string>(JSON.parse(await bodyFor(token, quiet)))
  await demandSameBytes(bareUrl, quiet, token)

  const generator = startHelper('load.ts')
  const requests = crowd.tokens.map((token) => ({ path: '/auth/users/me', headers: { authorization: `Bearer ${token}` } }))
  const load = (url: string) => () => generator.ask<Load>({ url, connections, seconds, requests } satisfies Job)
  const [reference = [], own = [], logged = []] = await takeTurns([
    { name: 'bare route', pid: bare.pid, run: load(bareUrl) },
    { name: 'users/me', pid: quiet.pid, run: load(quiet.url) },
    { name: 'users/me, logged', pid: talking.pid, run: load(talking.url) },
  ])
  await demandRefusal(quietFolder, quiet, token)
  await Promise.all([generator, bare, quiet, talking].map((server) => server.stop()))

  const ratios = ratiosOf(own, reference)
  return {
    verdicts: [
      ['`GET /auth/users/me`, SQLite, ES256, 1000 tokens in turn', rateOf(own), `bare route ${rateOf(reference)}`, spread(ratios), `≥ ${leastRatio}`, verdict(median(ratios) >= leastRatio)],
      ['the same with `LOG_LEVEL=info`, into a file', rateOf(logged), `bare route ${rateOf(reference)}`, spread(ratiosOf(logged, reference)), '', ''],
    ],
    details: [
      detailsOf(`a bare Fastify route, ${connections} connections`, reference),
      detailsOf('`GET /auth/users/me`', own),
      detailsOf('the same with `LOG_LEVEL=info`', logged),
    ],
  }
}

async function startOver (crowd: Crowd, dataDir: string, level: string) {
  await cp(crowd.dataDir, dataDir, { recursive: true })
  return startService(dataDir, { ...cheapHashes, LOG_LEVEL: level })
}

async function demandSameBytes (url: string, service: Service, token: string) {
  const [reference, own] = [await bodyFor(token, { url }), await bodyFor(token, service)]
  if (reference !== own) throw new Error(`The reference answers ${reference} instead of ${own}.`)
}

async function bodyFor (token: string, server: { url: string }) {
  const response = await getMe(server, token)
  return response.text()
}

/** What is measured is the check at every request: it sees what another process writes. */
async function demandRefusal (dataDir: string, service: Service, token: string) {
  const { sid } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  const database = new BetterSqlite(join(dataDir, 'latchkey.db'))
  database.prepare('delete from sessions where id = ?').run(sid)
  database.close()
  const { status } = await getMe(service, token)
  if (status !== 401) throw new Error(`A session that has ended was answered with ${status}.`)
}
