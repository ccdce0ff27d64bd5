import t from 'tap'
import {
  build,
  buildWithSql,
  createClock,
  createPostgresDatabase,
  onBoth,
  query,
  secretFor,
} from '../../support/build.ts'
import { ask, outcomeOf, userWithScopes } from '../../support/administration.ts'
import { deleteAccount } from '../../support/recovery.ts'

const all = 'users:read users:write'

type App = Parameters<typeof ask>[0]
type User = Awaited<ReturnType<typeof userWithScopes>>

/** How an administrator can lose that role. */
const losses: Record<string, (app: App, me: User, them: User) => ReturnType<typeof ask>> = {
  'one disables the other': (app, me, them) => ask(app, me.token, 'PATCH', `/users/${them.id}`, { disabled: true }),
  'one withdraws the scopes of the other': (app, me, them) =>
    ask(app, me.token, 'PATCH', `/users/${them.id}`, { scopes: ['users:read'] }),
  'one deletes the other': (app, me, them) => ask(app, me.token, 'DELETE', `/users/${them.id}`),
  'one disables themselves': (app, me) => ask(app, me.token, 'PATCH', `/users/${me.id}`, { disabled: true }),
  'one deletes their own account': (app, me) => deleteAccount(app, me.token, secretFor(me.username)),
}

const administrators = "select id from users where disabled = 0 and scopes like '%users:write%'"

onBoth(t, 'the last administrator cannot be disabled, demoted or deleted', async (t, database) => {
  const { app, change } = await buildWithSql(t, database)
  const last = await userWithScopes(app, change, all, 'last')
  const other = await userWithScopes(app, change, all, 'other')
  await userWithScopes(app, change, 'USERS:WRITE users:read users:write2', 'none')
  const about = `/users/${last.id}`
  t.equal((await ask(app, last.token, 'PATCH', `/users/${other.id}`, { disabled: true })).statusCode, 200)
  for (const body of [
    { disabled: true },
    { scopes: [] },
    { scopes: ['users:read', 'USERS:WRITE'] },
    { scopes: ['users:write'], disabled: true },
  ]) {
    t.equal(outcomeOf(await ask(app, last.token, 'PATCH', about, body)), '409 last_administrator', JSON.stringify(body))
  }
  t.equal(outcomeOf(await deleteAccount(app, last.token, secretFor('last'))), '409 last_administrator')
  t.equal(outcomeOf(await deleteAccount(app, last.token, secretFor('wrong'))), '400 wrong_password')
  t.match((await ask(app, last.token, 'GET', about)).json(), { scopes: all.split(' '), disabled: false })

  t.equal((await ask(app, last.token, 'PATCH', `/users/${other.id}`, { disabled: false })).statusCode, 200)
  t.equal((await deleteAccount(app, last.token, secretFor('last'))).statusCode, 204, 'one of two may be deleted')
})

onBoth(t, 'of two administrators who lose the role simultaneously, one remains', async (t, database) => {
  const { app, change, rows } = await buildWithSql(t, database)
  for (const [loss, lose] of Object.entries(losses)) {
    await change("update users set scopes = ''")
    const one = await userWithScopes(app, change, all)
    const other = await userWithScopes(app, change, all)
    const responses = await Promise.all([lose(app, one, other), lose(app, other, one)])
    t.equal(responses.filter(({ statusCode }) => statusCode < 300).length, 1, loss)
    t.equal((await rows(administrators)).length, 1, loss)
  }
})

t.test('of two administrators who lose the role on two instances, one remains', async (t) => {
  const url = await createPostgresDatabase(t)
  const environment = { DATABASE_URL: url, MASTER_KEY: secretFor('master key') }
  const clock = createClock()
  const first = await build(t, { environment, clock })
  const second = await build(t, { environment, clock })
  const change = async (statement: string) => {
    await query(url, statement)
  }
  for (const [loss, lose] of Object.entries(losses)) {
    await change("update users set scopes = ''")
    const one = await userWithScopes(first.app, change, all)
    const other = await userWithScopes(first.app, change, all)
    const responses = await Promise.all([lose(first.app, one, other), lose(second.app, other, one)])
    t.equal(responses.filter(({ statusCode }) => statusCode < 300).length, 1, loss)
    t.equal((await query(url, administrators)).length, 1, loss)
  }
})
