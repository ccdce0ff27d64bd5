// @lane processes
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { databaseOf, secretFor } from '../support/build.ts'
import { start } from '../support/spawn.ts'
import { startOnTerminal } from '../support/terminal.ts'

const fileIn = (folder: string) => join(folder, 'data/first-administrator.txt')

const tokenIn = async (folder: string) => /#(inv_\S+)$/m.exec(await readFile(fileIn(folder), 'utf8'))?.[1] ?? ''

function accept(url: string, token: string) {
  return fetch(`${url}/auth/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, username: 'grace', password: secretFor('grace') }),
  })
}

t.test(
  'the first start leaves a link in a file, a restart the same one; who has used it finds the file gone, and signs in with every scope they ask for',
  async (t) => {
    const first = await start(t)
    await first.ready()
    t.equal((await stat(fileIn(first.folder))).mode & 0o777, 0o600)
    const token = await tokenIn(first.folder)
    t.match(token, /^inv_[\w-]{64}$/)
    first.kill('SIGTERM')
    const { stdout } = await first.exited
    t.match(
      stdout.map((line) => JSON.parse(line)).filter(({ level }) => level > 30),
      [{ file: 'data/first-administrator.txt', msg: /^there is no administrator/ }],
    )

    const second = await start(t, { folder: first.folder })
    const { url } = await second.ready()
    t.equal(await tokenIn(first.folder), token)
    t.equal((await accept(url, token)).status, 201)
    const body = new URLSearchParams({
      username: 'grace',
      password: secretFor('grace'),
      scope: 'users:read users:write',
    })
    t.match(await (await fetch(`${url}/auth/token`, { method: 'POST', body })).json(), {
      scope: 'users:read users:write',
    })
    second.kill('SIGTERM')
    await second.exited

    const third = await start(t, { folder: first.folder })
    await third.ready()
    t.notOk((await readdir(join(first.folder, 'data'))).includes('first-administrator.txt'))
    third.kill('SIGTERM')
    t.notMatch((await third.exited).stdout.join('\n'), 'there is no administrator')
  },
)

t.test(
  'three services that start at once over one PostgreSQL give the same link, which makes one administrator',
  async (t) => {
    const environment = await databaseOf(t, 'postgres')
    const services = await Promise.all([1, 2, 3].map(() => start(t, { environment })))
    const places = await Promise.all(services.map((service) => service.ready()))
    const tokens = await Promise.all(services.map(({ folder }) => tokenIn(folder)))
    t.match(tokens[0], /^inv_/)
    t.strictSame(tokens, Array(3).fill(tokens[0]))
    const answers = await Promise.all(places.map(({ url }, index) => accept(url, tokens[index] ?? '')))
    t.strictSame(answers.map(({ status }) => status).sort(), [201, 400, 400])
  },
)

t.test('on a terminal the link is shown before the address, and in no file', async (t) => {
  const service = await startOnTerminal(t)
  const shown = await service.until(/Latchkey is ready: .*\r\n/)
  t.match(
    shown,
    /\r\n {2}There is no administrator yet\. Whoever opens this link first makes the account of one:\r\n {2}http:\/\/localhost:0\/auth\/invitation#inv_[\w-]{64}\r\n {2}It is good once, and for 30 minutes\./,
  )
  t.notOk((await readdir(join(service.folder, 'data'))).includes('first-administrator.txt'))
})
