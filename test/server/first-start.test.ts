// @lane processes
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { accept } from '../support/administration.ts'
import { build, getMe, register, signedUp, signIn } from '../support/build.ts'
import { runCommand } from '../support/latchkey-command.ts'
import { emptyFolder, registerAt, signInAt, start } from '../support/spawn.ts'

t.test('the first start creates an owner-only ./data and shows one line, the URL of the docs page', async (t) => {
  const first = await start(t)
  const { docs, port, url } = await first.ready()
  t.strictSame(first.output.stderr, [`Latchkey is ready: http://localhost:${port}/docs`])

  const data = join(first.folder, 'data')
  t.equal(await modeOf(data), 0o700)
  const files = (await readdir(data)).sort()
  t.strictSame(files, ['first-administrator.txt', 'latchkey.db', 'latchkey.db-shm', 'latchkey.db-wal', 'master.key'])
  for (const file of files) t.equal(await modeOf(join(data, file)), 0o600, file)

  for (const address of [docs, `${url}/`]) {
    const page = await fetch(address)
    t.equal(page.status, 200)
    t.equal(new URL(page.url).pathname, '/docs/')
    t.match(await page.text(), /<title>Latchkey<\/title>/)
  }
  t.equal((await signInAt(url, 'johndoe', 'secret')).status, 401, 'no account exists yet')

  const written = first.nextLogLine(/"mail written/)
  await registerAt(url, 'ada', { email: 'ada@example.com' })
  const { access_token: token } = JSON.parse(await (await signInAt(url, 'ada')).text())
  t.match(await written, { level: 30 })
  const invitation = await invitationIn(data)
  t.match(invitation, /^inv_[\w-]{64}$/)
  first.kill('SIGTERM')
  const { code, stdout } = await first.exited
  t.equal(code, 0)
  const log = stdout.map((line) => JSON.parse(line))
  t.ok(
    log.every((line) => typeof line === 'object'),
    'standard output is a log of JSON lines',
  )
  t.strictSame(
    log.filter(({ msg }) => msg.includes('listening')).map(({ msg }) => msg),
    [`Server listening at http://127.0.0.1:${port}`],
  )
  t.match(
    log.filter(({ level, msg }) => level > 30 && !msg.includes('Node.js')),
    [{ file: 'data/first-administrator.txt', msg: /^no administrator / }],
  )
  t.notMatch(stdout.join('\n'), /inv_|ev_/, 'the log contains no link')

  await t.test('a second start finds the same users and accepts previous tokens and links', async (t) => {
    const { app } = await build(t, { environment: { ...databaseIn(data), PUBLIC_URL: 'http://localhost:0' } })
    t.match((await getMe(app, token)).json(), { username: 'ada' })
    t.equal((await signIn(app, 'ada')).statusCode, 200)
    t.equal((await register(app, 'Ada')).statusCode, 409)

    t.match((await app.latchkey.inviteFirstAdministrator())?.url, new RegExp(`#${invitation}$`))
    t.equal((await accept(app, invitation, 'grace')).statusCode, 201)
    const scope = 'users:read users:write'
    t.match((await signIn(app, 'grace', { scope })).json(), { scope })
    t.equal(await app.latchkey.inviteFirstAdministrator(), undefined, 'an administrator exists')
    await app.close()
  })

  await t.test('a lost master key is not recreated beside the database that needs it', async (t) => {
    await rm(join(data, 'master.key'))
    const { code, stderr } = await runCommand(t, { folder: first.folder, parameters: ['start'] })
    t.equal(code, 1)
    t.match(stderr, /^Latchkey did not start\.\n- The secret \S+\/master\.key is missing/)
    t.notOk((await readdir(data)).includes('master.key'), 'a backup of the key can be restored')
  })
})

t.test('with HS256, a second start finds its secrets, so that earlier tokens stay valid', async (t) => {
  const environment = await placeOf(t)
  const first = await build(t, { environment: { ...environment, ALGORITHM: 'HS256' } })
  const { access_token: token } = await signedUp(first.app, 'ada')
  await first.app.close()
  for (const secret of ['master.key', 'secret.key']) {
    t.equal(await modeOf(join(environment.DATA_DIR, secret)), 0o600)
  }
  const second = await build(t, { environment: { ...environment, ALGORITHM: 'HS256' } })
  t.equal((await getMe(second.app, token)).statusCode, 200)
})

t.test('two instances that start simultaneously in an empty folder agree on the secrets (HS256)', async (t) => {
  const environment = { ...(await placeOf(t)), ALGORITHM: 'HS256' }
  const [one, two] = await Promise.all([build(t, { environment }), build(t, { environment })])
  t.equal((await getMe(two.app, (await signedUp(one.app, 'ada')).access_token)).statusCode, 200)
  t.equal((await getMe(one.app, (await signedUp(two.app, 'grace')).access_token)).statusCode, 200)
  const secrets = (await readdir(environment.DATA_DIR)).filter((file) => file.includes('.key'))
  t.strictSame(secrets.sort(), ['master.key', 'secret.key'], 'no temporary file is left')
})

const placeOf = async (t: Test) => databaseIn(join(await emptyFolder(t), 'data'))

const databaseIn = (folder: string) => ({ DATA_DIR: folder, DATABASE_URL: `file:${join(folder, 'latchkey.db')}` })

async function invitationIn(data: string) {
  const text = await readFile(join(data, 'first-administrator.txt'), 'utf8')
  return /#(inv_\S+)$/m.exec(text)?.[1] ?? ''
}

async function modeOf(path: string) {
  return (await stat(path)).mode & 0o777
}
