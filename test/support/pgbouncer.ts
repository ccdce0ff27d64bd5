import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'
import { freePort } from '../../scripts/free-port.ts'
import { skipOutsideCi } from './missing.ts'

const usualPlaces = [
  '/usr/sbin/pgbouncer',
  '/usr/bin/pgbouncer',
  '/usr/local/bin/pgbouncer',
  '/opt/homebrew/bin/pgbouncer',
]

const advice =
  'There is no PgBouncer: install it (apt-get install pgbouncer), or name an installed one in PGBOUNCER_PATH.'

/** Runs a test with PgBouncer. Without it the test is skipped, but fails on CI. */
export function behindPgBouncer(
  t: Test,
  name: string,
  test: (t: Test, pool: (database: string, settings?: Record<string, string>) => Promise<string>) => Promise<void>,
) {
  const path = process.env.PGBOUNCER_PATH || usualPlaces.find((place) => existsSync(place))
  return t.test(name, async (t) => {
    if (path === undefined) return skipOutsideCi(t, advice)
    await test(t, (database, settings) => startPgBouncer(t, path, database, settings))
  })
}

/**
 * Starts a PgBouncer in transaction mode, which assigns each transaction one of three sessions. Other settings keep
 * their defaults.
 * @returns the URL of the database through it
 */
async function startPgBouncer(t: Test, path: string, database: string, settings: Record<string, string> = {}) {
  const { hostname, port, username, password } = new URL(database)
  const listenPort = await freePort()
  const file = join(t.testdir(), 'pgbouncer.ini')
  const lines = {
    listen_addr: '127.0.0.1',
    listen_port: listenPort,
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: 'transaction',
    default_pool_size: 3,
    // PgBouncer refuses to run as root.
    ...(process.getuid?.() === 0 ? { user: 'nobody' } : {}),
    ...settings,
  }
  await writeFile(
    file,
    [
      '[databases]',
      `* = host=${hostname} port=${port} user=${username} password=${password}`,
      '[pgbouncer]',
      ...Object.entries(lines).map(([name, value]) => `${name} = ${value}`),
    ].join('\n'),
  )
  await chmod(file, 0o644)

  const bouncer = spawn(path, [file], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(bouncer, 'exit')
  t.teardown(async () => {
    bouncer.kill('SIGKILL')
    await ended
  })
  const said: string[] = []
  for await (const line of createInterface(bouncer.stderr)) {
    said.push(line)
    if (line.includes('process up')) break
  }
  if (!said.at(-1)?.includes('process up')) throw new Error(`PgBouncer did not start: ${said.join('\n')}`)
  bouncer.stderr.resume()
  return Object.assign(new URL(database), { host: `127.0.0.1:${listenPort}` }).href
}
