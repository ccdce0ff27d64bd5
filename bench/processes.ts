import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { freePort } from '../scripts/free-port.ts'

const latchkey = fileURLToPath(new URL('../dist/bin/latchkey.js', import.meta.url))

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill()
})

/** Starts a helper process that handles one message at a time. */
export function startHelper(
  file: 'bare.ts' | 'delay-proxy.ts' | 'hashes.ts' | 'load.ts' | 'soak-load.ts' | 'streams.ts',
  environment: NodeJS.ProcessEnv = {},
) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), { env: { ...process.env, ...environment } })
  return {
    pid: pidOf(keep(child)),
    async ask<Answer>(question: object): Promise<Answer> {
      child.send(question)
      const [answer] = await orExit(child, once(child, 'message'))
      return answer
    },
    stop: () => stop(child),
  }
}

export type Service = Awaited<ReturnType<typeof startService>>

/**
 * Starts the built service in production mode with these settings, without other environment variables or `.env`.
 * @returns the service once it is ready
 */
export async function startService(dataDir: string, settings: NodeJS.ProcessEnv = {}) {
  await mkdir(dataDir, { recursive: true })
  const port = await freePort()
  const log = await open(join(dataDir, 'log'), 'w')
  const begin = performance.now()
  const child = keep(
    spawn(process.execPath, [latchkey], {
      cwd: dataDir,
      env: {
        NODE_ENV: 'production',
        DATA_DIR: dataDir,
        PUBLIC_URL: 'http://localhost:3000',
        PORT: String(port),
        REGISTRATIONS_PER_HOUR: '1000000',
        ...settings,
      },
      stdio: ['ignore', log.fd, 'pipe'],
    }),
  )
  const url = `http://127.0.0.1:${port}`
  await says(child, 'Latchkey is ready')
  const { ok } = await fetch(`${url}/health/ready`)
  const startSeconds = (performance.now() - begin) / 1000
  const { user, system } = await cpuTimeOf(pidOf(child))
  await log.close()
  if (!ok) throw new Error('The service is not ready.')
  return { url, pid: pidOf(child), startSeconds, startCpu: (user + system) / 1e6, stop: () => stop(child) }
}

/**
 * Runs a command of the built program.
 * @returns the CPU time in seconds, user and system
 */
export async function runCommand(dataDir: string, command: string[]): Promise<number> {
  // Only the parent process learns the CPU time of a process, and Node does not report it. So bash is the parent.
  const child = spawn(
    'bash',
    ['-c', 'TIMEFORMAT="%U %S"; time "$@" > /dev/null', 'bash', process.execPath, latchkey, ...command],
    {
      cwd: dataDir,
      env: { NODE_ENV: 'production', DATA_DIR: dataDir, PUBLIC_URL: 'http://localhost:3000' },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  keep(child)
  const [output, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  if (code !== 0) throw new Error(`The command failed. ${output}`)
  return output
    .trim()
    .split(' ')
    .reduce((sum, seconds) => sum + Number(seconds), 0)
}

/** The CPU time that a process has used so far in all of its threads, in microseconds. */
export async function cpuTimeOf(pid: number) {
  const [user = NaN, system = NaN] = await ticksOf(pid)
  return { user: user * 10_000, system: system * 10_000 }
}

/** The CPU time that a process and its children have used so far, ended ones included, in milliseconds. */
export async function cpuTimeOfFamily(pid: number) {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  const pids = children.trim().split(' ').map(Number)
  // A child that has just ended is counted in its parent.
  const ofChildren = await Promise.all(pids.map((child) => ticksOf(child).catch(() => [])))
  const ticks = [...(await ticksOf(pid)), ...ofChildren.flatMap(([user = 0, system = 0]) => [user, system])]
  return ticks.reduce((sum, one) => sum + one, 0) * 10
}

/** The CPU time of a process, user and system, then of its ended children, in hundredths of a second. */
async function ticksOf(pid: number): Promise<number[]> {
  // proc(5): fields 3 and later follow the name in parentheses. These are 14 to 17.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).map(Number)
}

/** The resident memory of a process, in bytes. */
export async function residentMemoryOf(pid: number) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}

/** The peak memory of a process since its start or the last reset (proc(5), clear_refs), in bytes. */
export async function peakMemoryOf(pid: number) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}

export function forgetPeakMemoryOf(pid: number) {
  return writeFile(`/proc/${pid}/clear_refs`, '5')
}

/** Waits for a text in the output. It continues to read afterwards, because a process blocks while nothing reads it. */
function says(child: ChildProcess, words: string) {
  return new Promise<void>((resolve, reject) => {
    let said = ''
    child.stderr?.on('data', (chunk) => {
      said += chunk
      if (said.includes(words)) resolve()
    })
    child.stderr?.once('end', () => reject(new Error(`The service did not start. ${said}`)))
  })
}

async function orExit<T>(child: ChildProcess, work: Promise<T>): Promise<T> {
  const exited = new AbortController()
  const exit = once(child, 'exit', { signal: exited.signal }).then(([code]) => {
    throw new Error(`A process ended with ${code}.`)
  })
  try {
    return await Promise.race([work, exit])
  } finally {
    exit.catch(() => {})
    exited.abort()
  }
}

async function stop(child: ChildProcess) {
  const exit = once(child, 'exit')
  child.kill()
  await exit
}

function keep(child: ChildProcess) {
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

function pidOf({ pid }: ChildProcess) {
  if (pid === undefined) throw new Error('A process could not be started.')
  return pid
}
