import { chmod, chown, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getuid } from 'node:process'
import t, { type Test } from 'tap'
import { secretFor } from '../support/build.ts'
import { examine, newPlace } from '../support/doctor.ts'

const secret = 'an unpublished secret of this test: not-for-logs'

/** A data folder as the service creates it. */
async function makeFolder(t: Test) {
  const { environment } = newPlace(t)
  await mkdir(environment.DATA_DIR, { mode: 0o700 })
  const paths = {
    folder: environment.DATA_DIR,
    key: join(environment.DATA_DIR, 'master.key'),
    database: join(environment.DATA_DIR, 'latchkey.db'),
  }
  await writeFile(paths.key, secret, { mode: 0o600 })
  await writeFile(paths.database, '', { mode: 0o600 })
  return { environment, ...paths }
}

t.test('a data folder that only its owner can read is healthy', async (t) => {
  const { environment } = await makeFolder(t)
  t.match((await examine(environment)).said('data folder'), /^ok: Only user \d+ can read/)
})

t.test('files that others can read or replace are reported with the command that fixes them', async (t) => {
  const { environment, folder, key, database } = await makeFolder(t)
  for (const [path, mode, says] of [
    [folder, 0o755, /^warning: Other users can list .*data \(mode 755\)\. chmod 700/],
    [folder, 0o770, /^fault: Other users can replace .*data \(mode 770\)\. chmod 700/],
    [key, 0o644, /^fault: Other users can access: master\.key \(644\)\. chmod go= .*master\.key/],
    [key, 0o640, /^fault: Other users can access: master\.key \(640\)/],
    [database, 0o604, /^fault: Other users can access: latchkey\.db \(604\)/],
  ] as const) {
    await chmod(path, mode)
    t.match((await examine(environment)).said('data folder'), says)
    await chmod(path, path === folder ? 0o700 : 0o600)
  }
})

t.test('files that cannot be written are reported', async (t) => {
  const { environment, folder, database } = await makeFolder(t)
  for (const [path, closed, open] of [
    [folder, 0o500, 0o700],
    [database, 0o400, 0o600],
  ] as const) {
    await chmod(path, closed)
    t.match((await examine(environment)).said('data folder'), /^fault: Not writable: .* \([45]00\)\. chmod u\+w /)
    await chmod(path, open)
  }
})

t.test('files of another owner are reported', async (t) => {
  const { environment, database } = await makeFolder(t)
  // Root can open every folder, and other users can open none of root's.
  const isRoot = getuid?.() === 0
  if (isRoot) process.seteuid?.(4711)
  const { said } = await examine(isRoot ? environment : { DATA_DIR: '/root' }, { user: 4711 })
  if (isRoot) process.seteuid?.(0)
  t.match(said('data folder'), /^fault: \S+ belongs to user \d+, but this command runs as user 4711\. Run this/)
  // Another user's command left the file. Only root can give a file away; other users use a file of root's.
  await (isRoot ? chown(database, 4711, 4711) : replace(database))
  t.match(
    (await examine(environment)).said('data folder'),
    /^fault: The folder belongs to user \d+, but these files do not: latchkey\.db \(user \d+\)\. chown/m,
  )
})

t.test('the modes on a usable volume of another owner are reported (O3)', async (t) => {
  const { environment, folder, key, database } = await makeFolder(t)
  const told = async () => (await examine(environment, { user: 4711 })).said('data folder')
  t.match(await told(), /^warning: \S+data belongs to user \d+, and .* through its group or mount\. Give/)
  await chmod(folder, 0o770)
  await chmod(key, 0o660)
  t.match(await told(), /^warning: .* Other users can read or write: data \(770\), master\.key \(660\)\. Give/)
  await chmod(database, 0o400)
  t.match(await told(), /fault: Not writable: latchkey\.db \(400\)/)
})

async function replace(path: string) {
  await rm(path)
  await symlink('/etc/hosts', path)
}

t.test('on Windows, where files have no mode, nothing is reported', async (t) => {
  const { environment, key } = await makeFolder(t)
  await chmod(key, 0o644)
  t.strictSame((await examine(environment, { user: undefined })).levels('data folder'), ['unchecked'])
})

t.test('a secret file that Latchkey would not have created is reported', async (t) => {
  const { environment, folder, key } = await makeFolder(t)
  t.strictSame((await examine(environment)).levels('secrets'), ['ok'])
  for (const weak of ['a'.repeat(40), 'your-super-secret-jwt-token-with-at-least-32-characters-long']) {
    await writeFile(key, weak)
    const { said } = await examine(environment)
    t.match(
      said('secrets'),
      /^fault: The secret in .*data\/master\.key is too short, repetitive or published\..*node -p/,
    )
    t.notMatch(said('secrets'), weak)
  }
  await writeFile(key, secret)
  await writeFile(join(folder, 'secret.key'), secret, { mode: 0o600 })
  t.match((await examine(environment)).said('secrets'), /^fault: MASTER_KEY and SECRET_KEY are the same/)
})

t.test('a world-readable .env is reported if it holds a secret', async (t) => {
  const { folder, environment } = newPlace(t)
  const envFile = join(folder, '.env')
  const withSecret = `PORT=3000\nMASTER_KEY="${secretFor('master key')}"\n`
  for (const [text, mode, level] of [
    [withSecret, 0o600, 'ok'],
    [withSecret, 0o640, 'ok'],
    [withSecret, 0o644, 'fault'],
    ['SMTP_URL=smtps://ada:not-for-logs@mail.example.com\n', 0o644, 'fault'],
    ['PORT=3000\n#MASTER_KEY=\nMASTER_KEY=\n', 0o644, 'ok'],
    ['PORT=3000\n', 0o646, 'fault'],
  ] as const) {
    await writeFile(envFile, text)
    await chmod(envFile, mode)
    const { levels, said } = await examine(environment, { envFile })
    t.strictSame(levels('.env'), [level], `${mode.toString(8)} ${text}`)
    if (level === 'fault') t.match(said('.env'), /Every user of this machine can (read|change) .*chmod 600/)
  }
})

t.test('the size of the thread pool in .env is reported, because it has no effect', async (t) => {
  const { folder, environment } = newPlace(t)
  const envFile = join(folder, '.env')
  await writeFile(envFile, 'UV_THREADPOOL_SIZE=8\n', { mode: 0o600 })
  t.match((await examine(environment, { envFile })).said('.env'), /^warning: UV_THREADPOOL_SIZE .* no effect/)
  t.strictSame((await examine({ ...environment, UV_THREADPOOL_SIZE: '8' }, { envFile })).levels('.env'), ['ok'])
})

t.test('a check that cannot run says so and does not stop the others', async (t) => {
  const { folder: envFile, environment } = newPlace(t)
  await chmod(envFile, 0o755)
  const { said, levels } = await examine(environment, { envFile })
  t.match(said('.env'), /^unchecked: The check failed: .*EISDIR/)
  t.strictSame(levels('Node.js', 'settings', 'disk'), ['ok', 'ok', 'ok'])
})

t.test('an almost full disk is reported', async (t) => {
  const { environment } = newPlace(t)
  for (const [megabytes, level] of [
    [99, 'fault'],
    [500, 'warning'],
    [1000, 'ok'],
  ] as const) {
    const { said } = await examine(environment, { freeSpace: async () => megabytes * 1_000_000 })
    t.match(said('disk'), new RegExp(`^${level}: ${megabytes.toLocaleString('en')} MB of disk space are free`))
  }
  t.match((await examine(environment)).said('disk'), /: [\d,]+ MB of disk space are free/, 'the real disk is measured')
})
