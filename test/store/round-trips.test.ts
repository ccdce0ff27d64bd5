import t from 'tap'
import {
  administrator,
  build,
  databaseOf,
  getMe,
  query,
  refresh,
  register,
  registerClient,
  secretFor,
  signedUp,
  signIn,
} from '../support/build.ts'
import { ask } from '../support/administration.ts'
import { introspect } from '../support/clients.ts'
import { inFrontOf } from '../support/postgres.ts'

t.test('each operation makes few round trips to PostgreSQL', async (t) => {
  const environment = await databaseOf(t, 'postgres')
  const url = String(environment.DATABASE_URL)
  const proxy = await inFrontOf(t, url)
  const { app } = await build(t, { environment: { ...environment, DATABASE_URL: proxy.url } })
  const change = async (statement: string) => {
    await query(url, statement)
  }
  const admin = await administrator(app, change, 'users:read users:write clients:write')
  const gateway = await registerClient(app, admin, { introspection: true })
  const { access_token: token, refresh_token: refreshToken, device_token: deviceToken } = await signedUp(app, 'ada')
  await app.latchkey.housekeep()

  for (const [name, most, run, status] of [
    ['a sign-in', 5, () => signIn(app, 'ada'), 200],
    ['a sign-in with a known device', 4, () => signIn(app, 'ada', { device_token: deviceToken }), 200],
    ['a sign-in with a wrong password', 3, () => signIn(app, 'ada', { password: secretFor('grace') }), 401],
    ['a sign-in with an unknown username', 3, () => signIn(app, 'nobody'), 401],
    ['a registration', 4, () => register(app, 'grace'), 201],
    ['a registration with an address', 4, () => register(app, 'hedy', { email: 'hedy@example.com' }), 201],
    ['a refresh', 2, () => refresh(app, refreshToken), 200],
    ['a read of users/me', 1, () => getMe(app, token), 200],
    ['an introspection', 1, () => introspect(app, gateway, token), 200],
    ['a search for users', 4, () => ask(app, admin, 'GET', '/users?search=ada'), 200],
  ] as const) {
    let statusCode = 0
    const made = await proxy.roundTripsOf(async () => {
      statusCode = (await run()).statusCode
    })
    t.equal(statusCode, status, name)
    t.equal(made, most, `${name}: ${most} round trips`)
  }

  await app.latchkey.housekeep()
  const tripsToDelete = async (networks: number) => {
    await change(
      `insert into known_networks (user_id, network, seen_at)
      select id, n, 0 from users, generate_series(1, ${networks}) n where username = 'ada'`,
    )
    return proxy.roundTripsOf(() => app.latchkey.housekeep())
  }
  const few = await tripsToDelete(1)
  // Background jobs run at the same time, so their statements do not always share a round trip.
  t.ok((await tripsToDelete(100)) < few + 10, 'networks are deleted together')
})
