import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { makeCertificate } from '../support/certificate.ts'
import { listeningAtItsOrigin } from '../support/listening.ts'

const folder = resolve('test/clients')
export const programs = join(folder, 'programs')

/** Programs get no other variables of the developer's shell. Their temporary files are deleted after the run. */
const { PATH, TMPDIR } = process.env

/**
 * Runs a program.
 * @param path its path, in `test/clients/programs` unless it is absolute
 * @param interpreter the command that runs it, by default Node
 * @returns the JSON values that it prints, one per line
 */
export async function runProgram(
  path: string,
  environment: NodeJS.ProcessEnv,
  interpreter = process.execPath,
): Promise<unknown[]> {
  const { stdout } = await promisify(execFile)(interpreter, [resolve(programs, path)], {
    env: { PATH, TMPDIR, ...environment },
  })
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

/** Makes the `app` of a module listen, prints its port, and sets its clock ahead by the seconds on standard input. */
const listen = `
import { once } from 'node:events'
import { createInterface } from 'node:readline'
const listening = await app.listen({ port: 0, host: '127.0.0.1' })
const server = app.server ?? listening
if (!server.listening) await once(server, 'listening')
console.log(server.address().port)

const realTime = Date.now
let secondsAhead = 0
Date.now = () => realTime() + secondsAhead * 1000
const input = createInterface(process.stdin)
input.on('line', (line) => {
  secondsAhead += Number(line)
  console.log(secondsAhead)
})
input.on('close', () => process.exit())
`

/**
 * Starts a service in a process of its own, which ends with the test.
 * @param source a module with an Express or Fastify app named `app`
 */
export async function startService(t: Test, source: string, environment: NodeJS.ProcessEnv) {
  const service = spawn(process.execPath, ['--input-type=module', '-e', source + listen], {
    cwd: folder,
    // Express would print every 401.
    env: { PATH, TMPDIR, NODE_ENV: 'test', ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.teardown(async () => {
    service.stdin.end()
    if (service.exitCode === null && service.signalCode === null) await once(service, 'exit')
  })
  const lines = createInterface(service.stdout)[Symbol.asyncIterator]()
  const { value: port } = await lines.next()
  if (port === undefined) throw new Error('The service did not start.')

  return {
    /** Sends a request with an access token, if there is one. */
    async request(method: 'GET' | 'POST', path: string, token?: string) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      })
      return { status: response.status, body: await response.text() }
    },

    /** Sets its clock ahead. */
    async advance(seconds: number) {
      service.stdin.write(`${seconds}\n`)
      await lines.next()
    },
  }
}

/** A service over HTTPS, and the environment in which programs know its issuer and trust its certificate. */
export async function listeningOverHttps(t: Test, settings: NodeJS.ProcessEnv = {}) {
  const certificate = makeCertificate()
  const built = await listeningAtItsOrigin(t, settings, certificate)
  const file = join(t.testdirName, 'certificate.pem')
  await writeFile(file, certificate.cert)
  return {
    ...built,
    environment: {
      ISSUER: built.issuer,
      NODE_EXTRA_CA_CERTS: file,
      REQUESTS_CA_BUNDLE: file,
      SSL_CERT_FILE: file,
    },
  }
}
