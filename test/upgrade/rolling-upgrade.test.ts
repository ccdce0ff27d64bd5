// @lane upgrade
/* Two instances of the previous version are replaced one after another, while users register, sign in and refresh. */
import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { buildPreviousVersion } from '../../scripts/testing/previous-build.ts'
import { migrationNames } from '../../src/store/migrations.ts'
import { createEmptyPostgresDatabase, query, secretFor, type TokenResponse } from '../support/build.ts'
import { runCommand } from '../support/latchkey-command.ts'
import { emptyFolder, getMeAt, refreshAt, registerAt, signInAt, start } from '../support/spawn.ts'

const lastMigration = migrationNames.at(-1) ?? ''

// Building the previous version takes a minute, or several on a busy machine.
t.test('a rolling upgrade answers every request', { timeout: 600_000 }, async (t) => {
  const previous = await buildPreviousVersion(join(await emptyFolder(t), 'previous'), lastMigration)

  t.test('if a new instance migrates the database when it starts', async (t) => {
    await upgradeUnderLoad(t, previous, async () => {})
  })

  t.test('if a command migrates the database before', async (t) => {
    await upgradeUnderLoad(t, previous, async (environment) => {
      t.match(await runCommand(t, { parameters: ['migrate'], environment }), {
        code: 0,
        stdout: new RegExp(lastMigration),
      })
    })
  })
})

/** The names of the users who act at the same time. */
const users = ['ada', 'bob', 'carol', 'dave', 'erin', 'frank']

async function upgradeUnderLoad(t: Test, previous: string, migrate: (environment: NodeJS.ProcessEnv) => Promise<void>) {
  const DATABASE_URL = await createEmptyPostgresDatabase(t)
  const environment = {
    DATABASE_URL,
    MASTER_KEY: secretFor('master key'),
    REGISTRATIONS_PER_HOUR: '1000000',
    SIGN_IN_FAILURES_PER_HOUR: '1000000',
  }
  const startInstance = async (command?: string) => {
    const service = await start(t, { command, environment })
    return { ...service, ...(await service.ready()) }
  }

  const old = [await startInstance(previous), await startInstance(previous)]
  const balancer = createBalancer(old.map(({ url }) => url))
  const load = Promise.allSettled(users.map((name) => actUntilStopped(balancer, name).finally(balancer.stop)))

  await balancer.served(100)
  await migrate(environment)
  await balancer.served(100)
  for (const service of old) {
    balancer.add((await startInstance()).url)
    await balancer.served(100)
    await balancer.remove(service.url)
    service.kill('SIGTERM')
    t.match(await service.exited, { code: 0 })
  }
  await balancer.served(100)
  balancer.stop()

  for (const result of await load) t.match(result, { status: 'fulfilled' })
  t.strictSame(await query(DATABASE_URL, "select id from events where event = 'refresh_token_reused'"), [])
  const late = await start(t, { command: previous, environment })
  t.match(await late.exited, { code: 1, stderr: [/did not start/, /used by a newer version/] })
}

/** Distributes requests over instances in turn, and knows when each instance has answered its requests. */
function createBalancer(urls: string[]) {
  const instances = urls.map((url) => ({ url, pending: new Set<Promise<unknown>>() }))
  let turn = 0
  const progress = { responses: 0, isStopped: false, events: new EventEmitter() }

  return {
    /** Sends a request to the next instance. */
    send(request: (url: string) => Promise<Response>): Promise<Response> {
      const instance = instances[turn++ % instances.length]
      if (instance === undefined) throw new Error('There is no instance.')
      const response = request(instance.url).finally(() => {
        instance.pending.delete(response)
        progress.responses++
        progress.events.emit('change')
      })
      instance.pending.add(response)
      return response
    },

    add(url: string) {
      instances.push({ url, pending: new Set() })
    },

    /** Sends no more requests to an instance, and waits for its responses. */
    async remove(url: string) {
      const index = instances.findIndex((instance) => instance.url === url)
      const [removed] = instances.splice(index, 1)
      await Promise.all(removed?.pending ?? [])
    },

    /** Waits for this many further responses. */
    async served(responses: number) {
      const goal = progress.responses + responses
      while (progress.responses < goal && !progress.isStopped) await once(progress.events, 'change')
    },

    stop() {
      progress.isStopped = true
      progress.events.emit('change')
    },
    isStopped: () => progress.isStopped,
  }
}

type Balancer = ReturnType<typeof createBalancer>

/** Sends a request. @returns the body of the response, which has this status */
async function send(balancer: Balancer, status: number, request: (url: string) => Promise<Response>) {
  const response = await balancer.send(request)
  const body = await response.text()
  if (response.status !== status) throw new Error(`${response.status} instead of ${status} at ${response.url}: ${body}`)
  return body
}

/** Registers users, who sign in, look at their account, refresh and sign out, each time at another instance. */
async function actUntilStopped(balancer: Balancer, name: string) {
  for (let round = 0; !balancer.isStopped(); round++) {
    const username = `${name} ${round}`
    await send(balancer, 201, (url) => registerAt(url, username, { name: `${name} Lovelace` }))
    let tokens: TokenResponse = JSON.parse(await send(balancer, 200, (url) => signInAt(url, username)))
    for (let refreshes = 0; refreshes < 4; refreshes++) {
      const { access_token: token, refresh_token: refreshToken } = tokens
      await send(balancer, 200, (url) => getMeAt(url, token))
      tokens = JSON.parse(await send(balancer, 200, (url) => refreshAt(url, refreshToken)))
    }
    await send(balancer, 401, (url) => signInAt(url, username, secretFor('wrong')))
    const { access_token: token } = tokens
    await send(balancer, 200, (url) =>
      fetch(`${url}/auth/users/me`, {
        method: 'PATCH',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name: `${name} King` }),
      }),
    )
    await send(balancer, 200, (url) =>
      fetch(`${url}/auth/users/me/sessions`, { headers: { authorization: `Bearer ${token}` } }),
    )
    await send(balancer, 200, (url) =>
      fetch(`${url}/auth/revoke`, { method: 'POST', body: new URLSearchParams({ token }) }),
    )
    await send(balancer, 401, (url) => getMeAt(url, token))
  }
}
