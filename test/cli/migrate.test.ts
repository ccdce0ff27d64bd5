import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { build, databaseOf, getMe, onBoth, query, secretFor, signIn } from '../support/build.ts'
import { emptyFolder } from '../support/spawn.ts'
import { createVersionOne } from '../support/version-one.ts'
import { placeOf } from '../support/forged-tokens.ts'
import { latchkey } from '../support/latchkey-command.ts'

const doneIn = async (url: string) =>
  (await query(url, 'select name from latchkey_migrations order by name')).map(({ name }) => name)

onBoth(t, 'a database of a previous version is recognized and migrated, then left unchanged', async (t, database) => {
  const place = await placeOf(t, database)
  const folder = await emptyFolder(t)
  const { token } = await createVersionOne(place.DATABASE_URL, 'http://localhost:3000/auth', 0)

  const behind = await latchkey(t, folder, place, 'migrate', '--check')
  t.match(behind, {
    code: 1,
    stdout: /^Pending migrations: 0002_refresh_rotation_clients, 0003_mail_recovery.*\.$/,
    stderr: '',
  })
  const { stdout } = await latchkey(t, folder, place, 'migrate', '--check', '--json')
  const { pending } = JSON.parse(stdout)
  t.match(pending, ['0002_refresh_rotation_clients', '0003_mail_recovery'])
  t.match(await latchkey(t, folder, place, 'users', 'list'), {
    code: 1,
    stdout: '',
    stderr: /^error: The database has pending migrations: 0002_\S+, .*latchkey migrate$/,
  })
  t.strictSame(
    await doneIn(place.DATABASE_URL),
    ['0001_accounts_sessions_keys'],
    'only `migrate` and the service migrate',
  )

  t.strictSame(await latchkey(t, folder, place, 'migrate'), {
    code: 0,
    stdout: `Applied migrations: ${pending.join(', ')}.`,
    stderr: '',
  })
  t.strictSame(await doneIn(place.DATABASE_URL), ['0001_accounts_sessions_keys', ...pending])
  const upToDate = { code: 0, stdout: 'The database is up to date.', stderr: '' }
  t.strictSame(await latchkey(t, folder, place, 'migrate'), upToDate)
  t.strictSame(await latchkey(t, folder, place, 'migrate', '--check'), upToDate)
  t.strictSame(JSON.parse((await latchkey(t, folder, place, 'migrate', '--json')).stdout), { migrated: [] })

  const { app } = await build(t, { environment: place })
  t.equal((await getMe(app, token)).statusCode, 200)
  t.equal((await signIn(app, 'ada')).statusCode, 200)
})

onBoth(t, 'a database that a newer version has used is rejected, naming its migration', async (t, database) => {
  const place = await placeOf(t, database)
  const folder = await emptyFolder(t)
  await latchkey(t, folder, place, 'migrate')
  await query(
    place.DATABASE_URL,
    "insert into latchkey_migrations values ('9999_from_the_future', '2099-01-01T00:00:00.000Z')",
  )
  for (const more of [[], ['--check']]) {
    t.match(await latchkey(t, folder, place, 'migrate', ...more), {
      code: 1,
      stdout: '',
      stderr: /^error: .*newer .*9999_from_the_future/,
    })
  }
})

t.test('a missing database is created by `migrate` but not by `migrate --check`', async (t) => {
  const folder = await emptyFolder(t)
  t.match(await latchkey(t, folder, {}, 'migrate', '--check'), {
    code: 1,
    stdout: '',
    stderr: /^error: There is no database at \S+\/data\/latchkey\.db\. .*DATA_DIR/,
  })
  t.strictSame(await readdir(folder), [])
  t.match(await latchkey(t, folder, {}, 'migrate'), { code: 0, stdout: /^Applied migrations: 0001_/ })
  t.strictSame(await readdir(join(folder, 'data')), ['latchkey.db'])
  const place = { DATA_DIR: join(folder, 'data'), DATABASE_URL: `file:${join(folder, 'data/latchkey.db')}` }
  await t.resolves(build(t, { environment: place }), 'a service starts with the new database')
})

t.test('a database that does not respond is named', async (t) => {
  const environment = {
    ...(await databaseOf(t, 'postgres')),
    DATABASE_URL: 'postgres://postgres@127.0.0.1:1/nowhere',
    MASTER_KEY: secretFor('master key'),
  }
  for (const more of [[], ['--check']]) {
    t.match(await latchkey(t, await emptyFolder(t), environment, 'migrate', ...more), {
      code: 1,
      stderr: /^error: .* 127\.0\.0\.1:1 .*ECONNREFUSED/,
    })
  }
})
