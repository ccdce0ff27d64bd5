// @lane processes
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { build, getMe, secretFor, signedUp } from '../support/build.ts'
import { runCommand } from '../support/latchkey-command.ts'
import { emptyFolder, getMeAt, registerAt, signedUpAt, signInAt, start } from '../support/spawn.ts'

t.test('the first start makes ./data for its owner alone, and says one thing: where the docs page is', async (t) => {
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
  t.equal((await signInAt(url, 'johndoe', 'secret')).status, 401, 'nobody has an account yet')

  const token = await signedUpAt(url, 'ada')
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
    log.filter(({ level, msg }) => level > 30 && !msg.startsWith('Node.js')),
    [{ file: 'data/first-administrator.txt', msg: /^there is no administrator/ }],
  )
  t.notMatch(stdout.join('\n'), invitation)

  await t.test('a second start finds the same users, and tokens and links from before are good', async (t) => {
    const second = await start(t, { folder: first.folder })
    const { url } = await second.ready()
    const me = await getMeAt(url, token)
    t.equal(me.status, 200)
    t.match(await me.json(), { username: 'ada' })
    t.equal((await signInAt(url, 'ada')).status, 200)
    t.equal((await registerAt(url, 'Ada')).status, 409)

    t.equal(await invitationIn(data), invitation)
    t.equal((await acceptAt(url, invitation)).status, 201)
    const body = new URLSearchParams({
      username: 'grace',
      password: secretFor('grace'),
      scope: 'users:read users:write',
    })
    t.match(await (await fetch(`${url}/auth/token`, { method: 'POST', body })).json(), {
      scope: 'users:read users:write',
    })
    second.kill('SIGTERM')
    t.equal((await second.exited).code, 0)
  })

  await t.test('a third start, with an administrator, leaves no link', async (t) => {
    const third = await start(t, { folder: first.folder })
    await third.ready()
    t.notOk((await readdir(data)).includes('first-administrator.txt'))
    third.kill('SIGTERM')
    t.notMatch((await third.exited).stdout.join('\n'), 'there is no administrator')
  })

  await t.test('a master key that is lost is not made anew beside the database that needs it', async (t) => {
    await rm(join(data, 'master.key'))
    const { code, stderr } = await runCommand(t, { folder: first.folder, parameters: ['start'] })
    t.equal(code, 1)
    t.match(stderr, /^Latchkey did not start\.\n- The secret \S+\/master\.key is missing/)
    t.notOk((await readdir(data)).includes('master.key'), 'a backup of it can be put back')
  })
})

t.test('under HS256 a second start finds its secrets, so that tokens from before verify', async (t) => {
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

t.test('two that start at once in one empty folder agree on the secrets (HS256)', async (t) => {
  const folder = await emptyFolder(t)
  const environment = { ALGORITHM: 'HS256' }
  const services = await Promise.all([start(t, { folder, environment }), start(t, { folder, environment })])
  const [one, two] = await Promise.all([services[0].ready(), services[1].ready()])
  t.equal((await getMeAt(two.url, await signedUpAt(one.url, 'ada'))).status, 200)
  t.equal((await getMeAt(one.url, await signedUpAt(two.url, 'grace'))).status, 200)
  const kept = (await readdir(join(folder, 'data'))).filter((file) => file.includes('.key'))
  t.strictSame(kept.sort(), ['master.key', 'secret.key'], 'and leave no drafts')
})

async function placeOf(t: Test) {
  const folder = join(await emptyFolder(t), 'data')
  return { DATA_DIR: folder, DATABASE_URL: `file:${join(folder, 'latchkey.db')}` }
}

async function invitationIn(data: string) {
  const text = await readFile(join(data, 'first-administrator.txt'), 'utf8')
  return /#(inv_\S+)$/m.exec(text)?.[1] ?? ''
}

function acceptAt(url: string, token: string) {
  return fetch(`${url}/auth/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, username: 'grace', password: secretFor('grace') }),
  })
}

async function modeOf(path: string) {
  return (await stat(path)).mode & 0o777
}
