import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { keepLog, secretFor } from './build.ts'

const ownCommand = fileURLToPath(new URL('../../dist/bin/latchkey.js', import.meta.url))

export interface Start {
  /** The path of the command, if it is not that of this version. */
  command?: string | undefined
  /** The command line after `latchkey`. */
  parameters?: string[]
  /** The working folder, by default a new one. */
  folder?: string
  /** Settings, besides a free port and cheap hashes. */
  environment?: NodeJS.ProcessEnv
  /** The text on standard input. */
  input?: string
  /** Whether its log is kept and searched for secrets. */
  isKept?: boolean
}

/** The command line of the built `latchkey`. */
export function commandLine(parameters: string[], command = ownCommand): [string, ...string[]] {
  return [process.execPath, command, ...parameters]
}

/** A free port, the cheapest hashes allowed, with time enough for a busy machine, and no wait at the end. */
export const cheapSettings = {
  PORT: '0',
  ARGON2_MEMORY_KIB: '7168',
  ARGON2_TIME: '1',
  HASH_QUEUE_MS: '60000',
  DATABASE_QUEUE_MS: '60000',
  DATABASE_STATEMENT_TIMEOUT_MS: '60000',
  DATABASE_LOCK_TIMEOUT_MS: '60000',
  DATABASE_IDLE_TRANSACTION_TIMEOUT_MS: '60000',
  DRAIN_SECONDS: '0',
}

/** Cheap settings plus those given, without the settings of the developer's shell. */
export function environmentFor(environment: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { ...inherited(), ...cheapSettings, ...environment }
}

/** The output so far, by lines. */
export interface Output {
  stdout: string[]
  stderr: string[]
}

/** Starts the built `latchkey` in a process of its own, which ends with the test. */
export async function start(
  t: Test,
  { command, parameters = [], folder, environment = {}, input, isKept = true }: Start = {},
) {
  const place = folder ?? (await emptyFolder(t))
  const [program, ...words] = commandLine(parameters, command)
  const child = spawn(program, words, { cwd: place, stdio: ['pipe', 'pipe', 'pipe'], env: environmentFor(environment) })
  child.stdin.end(input)
  const output: Output = { stdout: [], stderr: [] }
  const isService = ['start', 'demo'].includes(parameters[0] ?? 'start')
  const logged = createInterface(child.stdout).on('line', (line) => {
    output.stdout.push(line)
    if (isService && isKept) keepLog(`${line}\n`)
  })
  const errors = createInterface(child.stderr).on('line', (line) => {
    output.stderr.push(line)
    if (isKept) keepLog(`${JSON.stringify({ stderr: line })}\n`)
  })

  const exited = new Promise<Output & { code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, ...output }))
  })
  const exitCode = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const address = new Promise<URL | undefined>((resolve) => {
    errors.on('line', (line) => {
      const [, url] = /^Latchkey is ready: (http\S+)$/.exec(line) ?? []
      if (url !== undefined) resolve(new URL(url))
    })
    child.once('close', () => resolve(undefined))
  })
  t.teardown(async () => {
    child.kill()
    // Not the line readers: since Node.js 26 they cannot be resumed once they have ended.
    child.stdout.resume()
    await exited
  })

  return {
    folder: place,
    pid: child.pid ?? NaN,
    output,
    /** The next line of the log that matches. */
    nextLogLine: (pattern: RegExp) =>
      new Promise<unknown>((resolve) => {
        logged.on('line', (line) => {
          if (pattern.test(line)) resolve(JSON.parse(line))
        })
      }),
    /** Resolves when the process has ended and its output has been read. */
    exited,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** The exit code, even while standard output is not read. */
    exitCode,
    /** Stops reading standard output, so that it piles up. */
    stopReading: () => logged.pause(),
    readOn: () => logged.resume(),
    /** Closes the reading end of its standard output. */
    hangUp: () => child.stdout.destroy(),

    /** Waits for the line with the URL. */
    async ready() {
      const docs = await address
      if (docs === undefined) throw new Error(`It did not start: ${output.stderr.join('\n')}`)
      return { docs: docs.href, port: Number(docs.port), url: `${docs.protocol}//127.0.0.1:${docs.port}` }
    },
  }
}

/** Runs the built `latchkey` until it ends; a service that starts although it should not is ended. */
export async function run(t: Test, given: Start) {
  const { exited, ready, kill } = await start(t, given)
  ready().then(
    () => kill('SIGTERM'),
    () => {},
  )
  return exited
}

/** @returns a new folder that is deleted at the end of the test */
export async function emptyFolder(t: Test) {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-test-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** The environment without the settings of the developer's shell, but with those that record coverage. */
function inherited(): NodeJS.ProcessEnv {
  const { PATH, TMPDIR, TEST_COVERAGE_FOLDER, TEST_COVERAGE_COLLECTOR: collector } = process.env
  const shared = collector === undefined ? {} : { TEST_COVERAGE_FOLDER, NODE_OPTIONS: `--import=${collector}` }
  return { PATH, TMPDIR, ...shared }
}

/** Registers a user whose password is `secretFor(username)` at a listening server. */
export function registerAt(url: string, username: string, more: object = {}) {
  return fetch(`${url}/auth/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: secretFor(username), ...more }),
  })
}

export function signInAt(url: string, username: string, password = secretFor(username)) {
  return fetch(`${url}/auth/token`, { method: 'POST', body: new URLSearchParams({ username, password }) })
}

export function refreshAt(url: string, token: string) {
  return fetch(`${url}/auth/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }),
  })
}

/** @returns the access token of a new user */
export async function signedUpAt(url: string, username: string): Promise<string> {
  await registerAt(url, username)
  const response = await signInAt(url, username)
  return JSON.parse(await response.text()).access_token
}

export function getMeAt(url: string, token: string) {
  return fetch(`${url}/auth/users/me`, { headers: { authorization: `Bearer ${token}` } })
}

/** Waits until the port no longer accepts connections. */
export async function untilRefused(port: number) {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      socket.destroy()
    } catch {
      return
    }
  }
}
