import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { cheapHashes, getMe, type Crowd } from './crowd.ts'
import type { Job, Load } from './load.ts'
import { cpuTimeOf, startHelper, startService, type Service } from './processes.ts'
import { figure, median, spread, verdict } from './report.ts'

const rounds = 7
const seconds = 5
const connections = 50
const leastRatio = 0.33

interface Round { perSecond: number, user: number, system: number, busy: number }

/** GET /auth/users/me, with the tokens of the crowd in turn, beside a route that does nothing. */
export async function measureMe (folder: string, crowd: Crowd) {
  const usual = await startOver(crowd, join(folder, 'usual'), { LOG_LEVEL: 'info' })
  const quiet = await startOver(crowd, join(folder, 'quiet'), { LOG_LEVEL: 'warn' })
  const [token = ''] = crowd.tokens
  const bare = startHelper('bare.ts')
  const bareUrl = await bare.ask<string>(JSON.parse(await (await getMe(quiet, token)).text()))
  await demandSameBytes(bareUrl, quiet, token)

  const servers = [
    { name: 'a bare Fastify route', url: bareUrl, pid: bare.pid, rounds: new Array<Round>() },
    { name: '`GET /auth/users/me`', ...quiet, rounds: new Array<Round>() },
    { name: 'the same, with a line of log for each request', ...usual, rounds: new Array<Round>() },
  ]
  const generator = startHelper('load.ts')
  const requests = crowd.tokens.map((token) => ({ path: '/auth/users/me', headers: { authorization: `Bearer ${token}` } }))
  const run = ({ url }: { url: string }) => generator.ask<Load>({ url, connections, seconds, requests } satisfies Job)

  for (const server of servers) await run(server)
  for (let round = 1; round <= rounds; round++) {
    for (const server of servers) server.rounds.push(await withCpuTime(server.pid, () => run(server)))
    console.log(`requests, round ${round}: ${servers.map(({ rounds }) => figure(rounds.at(-1)?.perSecond ?? 0)).join(', ')} a second`)
  }

  await demandRefusal(join(folder, 'quiet'), quiet, token)
  await Promise.all([generator, bare, quiet, usual].map((server) => server.stop()))

  const [reference = [], ...measured] = servers.map((server) => server.rounds)
  return {
    servers: servers.map(({ name, rounds }) => [name, ...summaryOf(rounds)]),
    verdicts: measured.map((own, index) => {
      const ratios = own.map(({ perSecond }, round) => perSecond / (reference[round]?.perSecond ?? 0))
      return [
        index === 0 ? '`GET /auth/users/me`, ES256, SQLite, 1000 tokens in turn' : 'the same with `LOG_LEVEL=info`, into a file',
        `${figure(median(own.map(({ perSecond }) => perSecond)))}/s`,
        `bare route ${figure(median(reference.map(({ perSecond }) => perSecond)))}/s`,
        spread(ratios),
        ...index === 0 ? [`≥ ${leastRatio}`, verdict(median(ratios) >= leastRatio)] : ['', ''],
      ]
    }),
    note: `CPU time of the server for each request, ${connections} connections; \`LOG_LEVEL=warn\` where nothing else is said. A session ended by another process was refused at the next request.`,
  }
}

async function startOver (crowd: Crowd, dataDir: string, settings: NodeJS.ProcessEnv) {
  await cp(crowd.dataDir, dataDir, { recursive: true })
  return startService(dataDir, { ...cheapHashes, ...settings })
}

async function withCpuTime (pid: number, work: () => Promise<Load>): Promise<Round> {
  const before = await cpuTimeOf(pid)
  const { answered, perSecond } = await work()
  const after = await cpuTimeOf(pid)
  const user = (after.user - before.user) / answered
  const system = (after.system - before.system) / answered
  return { perSecond, user, system, busy: (user + system) * perSecond / 1e6 }
}

function summaryOf (rounds: Round[]) {
  return [
    spread(rounds.map(({ perSecond }) => perSecond)),
    spread(rounds.map(({ user }) => user)),
    spread(rounds.map(({ system }) => system)),
    `${figure(median(rounds.map(({ busy }) => busy)) * 100)} %`,
  ]
}

async function demandSameBytes (bareUrl: string, service: Service, token: string) {
  const [reference, own] = await Promise.all([{ url: bareUrl }, service].map(async (server) => (await getMe(server, token)).text()))
  if (reference !== own) throw new Error(`The reference answers ${reference} instead of ${own}.`)
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
