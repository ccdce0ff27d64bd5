// @lane processes
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { databaseOf, secretFor } from '../support/build.ts'
import { start } from '../support/spawn.ts'
import { startOnTerminal } from '../support/terminal.ts'

const fileIn = (folder: string) => join(folder, 'data/first-administrator.txt')

const tokenIn = async (folder: string) => /#(inv_\S+)$/m.exec(await readFile(fileIn(folder), 'utf8'))?.[1] ?? ''

function accept(url: string, token: string, username: string) {
  return fetch(`${url}/auth/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, username, password: secretFor('grace') }),
  })
}

t.test(
  'three services that start at once over one PostgreSQL give the same link, which makes one administrator',
  async (t) => {
    const environment = await databaseOf(t, 'postgres')
    const services = await Promise.all([1, 2, 3].map(() => start(t, { environment })))
    const places = await Promise.all(services.map((service) => service.ready()))
    const tokens = await Promise.all(services.map(({ folder }) => tokenIn(folder)))
    t.match(tokens[0], /^inv_/)
    t.strictSame(tokens, Array(3).fill(tokens[0]))
    // Each under a name of its own: a name that has just been taken would be rejected first, with 409.
    const answers = await Promise.all(
      places.map(({ url }, index) => accept(url, tokens[index] ?? '', `grace ${index + 1}`)),
    )
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
