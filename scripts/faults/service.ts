import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../free-port.ts'
import type { Stage } from './fault.ts'

const latchkey = fileURLToPath(new URL('../../dist/bin/latchkey.js', import.meta.url))

/** Cheap hashes, and limits that the load does not reach. */
const settings = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'http://localhost:3000',
  MASTER_KEY: 'a-master-key-for-nothing-but-faults-0123456789',
  ARGON2_MEMORY_KIB: '7168',
  ARGON2_TIME: '1',
  HASH_QUEUE_MS: '60000',
  REFRESH_REUSE_SECONDS: '60',
  SIGN_IN_ATTEMPTS: '100',
  SIGN_IN_FAILURES_PER_HOUR: '1000000',
  REGISTRATIONS_PER_HOUR: '1000000',
}

export type Service = Awaited<ReturnType<typeof createService>>

export interface ServiceOptions {
  /** The folder of the data. */
  dataDir: string
  environment?: NodeJS.ProcessEnv
  /** A program that starts Node.js, with its arguments. */
  under?: string[]
}

/** The built `latchkey` as a process that can be started, killed and started again on the same port. */
export async function createService(stage: Stage, { dataDir, environment = {}, under = [] }: ServiceOptions) {
  await mkdir(dataDir, { recursive: true })
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let running: ReturnType<typeof launch> | undefined

  function launch() {
    const [program, ...words] = [...under, process.execPath, latchkey]
    const child = spawn(program ?? '', words, {
      cwd: dataDir,
      env: { PATH: process.env.PATH, ...settings, DATA_DIR: dataDir, PORT: String(port), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const failures: string[] = []
    createInterface(child.stdout).on('line', (line) => {
      // An unexpected error: a response with status 500, or the end of the process.
      if (/"level":60|"msg":"request failed"/.test(line)) failures.push(line)
      if (/"level":[456]0/.test(line)) stage.log(line)
    })
    const errors = text(child.stderr)
    const exited = new Promise<{ code: number | null; signal: string | null; stderr: string }>((resolve) => {
      child.once('exit', async (code, signal) => resolve({ code, signal, stderr: await errors }))
    })
    return { child, failures, exited }
  }

  async function isReady(): Promise<boolean> {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
    await response?.body?.cancel()
    return response?.status === 200
  }

  /** Waits until the service is ready. @returns the seconds that it took */
  async function whenReady(withinMs = 15_000 * stage.slack): Promise<number> {
    const begin = performance.now()
    let hasEnded = false
    running?.exited.then(() => {
      hasEnded = true
    })
    while (!(await isReady())) {
      if (hasEnded) throw new Error(`The service ended: ${(await running?.exited)?.stderr}`)
      if (performance.now() - begin > withinMs) throw new Error(`The service was not ready after ${withinMs} ms.`)
      await sleep(20)
    }
    return (performance.now() - begin) / 1000
  }

  async function end(signal: NodeJS.Signals) {
    const begin = performance.now()
    running?.child.kill(signal)
    const exit = await running?.exited
    return { ...exit, seconds: (performance.now() - begin) / 1000, failures: running?.failures ?? [] }
  }

  stage.teardown(() => end('SIGKILL'))
  return {
    url,
    port,
    dataDir,
    pid: () => running?.child.pid ?? NaN,
    isReady,
    whenReady,
    end,
    /** Starts the process. @returns the seconds until it was ready */
    async start(): Promise<number> {
      running = launch()
      return whenReady()
    },
    /** Starts the process, which should end by itself. @returns its exit code and what it printed for the operator */
    async startInVain() {
      running = launch()
      const timer = setTimeout(() => running?.child.kill('SIGKILL'), 20_000 * stage.slack)
      const exit = await running.exited
      clearTimeout(timer)
      return exit
    },
    /** The log lines of unexpected errors. */
    failures: () => running?.failures ?? [],
  }
}

/** Runs a command of the built `latchkey`. */
export async function runCommand(
  { dataDir, environment = {} }: ServiceOptions,
  words: string[],
  onStart: (kill: () => void) => void = () => {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  await mkdir(dataDir, { recursive: true })
  const child = spawn(process.execPath, [latchkey, ...words], {
    cwd: dataDir,
    env: { PATH: process.env.PATH, ...settings, DATA_DIR: dataDir, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onStart(() => child.kill('SIGKILL'))
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await code, stdout, stderr }
}

/** Runs a command that must succeed. */
export async function runSuccessfully(options: ServiceOptions, words: string[]): Promise<void> {
  const { code, stderr } = await runCommand(options, words)
  if (code !== 0) throw new Error(`latchkey ${words[0]} ended with ${code} and printed: ${stderr}`)
}

/** The environment of a service with the database of a stage. @returns it, and the database's URL */
export async function databaseOf({ database, postgres, folder }: Stage) {
  const url =
    database === 'postgres' ? await (await postgres()).createDatabase() : `file:${join(folder, 'data', 'latchkey.db')}`
  return { url, dataDir: join(folder, 'data'), environment: { DATABASE_URL: url } }
}
