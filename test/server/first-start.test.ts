// @lane processes
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { emptyFolder, getMeAt, registerAt, run, signedUpAt, signInAt, start } from '../support/spawn.ts'

t.test('the first start makes ./data for its owner alone, and says one thing: where the docs page is', async (t) => {
  const service = await start(t)
  const { docs, port, url } = await service.ready()
  t.strictSame(service.output.stderr, [`Latchkey is ready: http://localhost:${port}/docs`])

  const data = join(service.folder, 'data')
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

  service.kill('SIGTERM')
  const { code, stdout } = await service.exited
  t.equal(code, 0)
  for (const line of stdout) t.type(JSON.parse(line), Object, 'standard output is a log of JSON lines')
  t.strictSame(
    stdout.filter((line) => line.includes('listening')).map((line) => JSON.parse(line).msg),
    [`Server listening at http://127.0.0.1:${port}`],
  )
})

for (const [ALGORITHM, secrets] of [
  ['ES256', ['master.key']],
  ['HS256', ['master.key', 'secret.key']],
] as const) {
  t.test(`a second start finds the same users, and tokens from before verify (${ALGORITHM})`, async (t) => {
    const folder = await emptyFolder(t)
    const first = await start(t, { folder, environment: { ALGORITHM } })
    const before = await first.ready()
    const token = await signedUpAt(before.url, 'ada')
    for (const secret of secrets) t.equal(await modeOf(join(folder, 'data', secret)), 0o600)
    first.kill('SIGTERM')
    t.equal((await first.exited).code, 0)

    const second = await start(t, { folder, environment: { ALGORITHM } })
    const { url } = await second.ready()
    const me = await getMeAt(url, token)
    t.equal(me.status, 200)
    t.match(await me.json(), { username: 'ada' })
    t.equal((await signInAt(url, 'ada')).status, 200)
    t.equal((await registerAt(url, 'Ada')).status, 409)
  })

  t.test(`two that start at once in one empty folder agree on the secrets (${ALGORITHM})`, async (t) => {
    const folder = await emptyFolder(t)
    const services = await Promise.all([
      start(t, { folder, environment: { ALGORITHM } }),
      start(t, { folder, environment: { ALGORITHM } }),
    ])
    const [one, two] = await Promise.all([services[0].ready(), services[1].ready()])
    t.equal((await getMeAt(two.url, await signedUpAt(one.url, 'ada'))).status, 200)
    t.equal((await getMeAt(one.url, await signedUpAt(two.url, 'grace'))).status, 200)
    const kept = (await readdir(join(folder, 'data'))).filter((file) => file.includes('.key'))
    t.strictSame(kept.sort(), secrets, 'and leave no drafts')
  })
}

async function modeOf(path: string) {
  return (await stat(path)).mode & 0o777
}

t.test('a master key that is lost is not made anew beside the database that needs it', async (t) => {
  const first = await start(t)
  await first.ready()
  first.kill('SIGTERM')
  await first.exited
  await rm(join(first.folder, 'data', 'master.key'))
  const second = await run(t, { folder: first.folder })
  t.match(second, { code: 1 })
  t.notOk((await readdir(join(first.folder, 'data'))).includes('master.key'), 'a backup of it can be put back')
})
