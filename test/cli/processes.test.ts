// @lane processes
/* Behavior that only the built command in its own process can show. */
import { EventEmitter, once } from 'node:events'
import { readdir, watch, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { jwtVerify } from 'jose'
import t, { type Test } from 'tap'
import { outcomeOf } from '../support/administration.ts'
import { build, query, secretFor, signIn } from '../support/build.ts'
import { basic } from '../support/clients.ts'
import { placeOf } from '../support/forged-tokens.ts'
import { latchkey as inProcess, runCommand } from '../support/latchkey-command.ts'
import { emptyFolder, getMeAt, registerAt, run, signedUpAt, signInAt, start } from '../support/spawn.ts'
import { startOnTerminal } from '../support/terminal.ts'

interface Client {
  client_id: string
  client_secret: string
}

interface Keys {
  keys: { kid: string; stage: string }[]
}

/** Runs a command that succeeds. @returns its output */
async function outputOf(t: Test, folder: string, environment: NodeJS.ProcessEnv, ...parameters: string[]) {
  const { code, stdout, stderr } = await runCommand(t, { folder, environment, parameters })
  t.strictSame([code, stderr], [0, ''], parameters.join(' '))
  return stdout.split('\n')
}

function asClient(
  url: string,
  path: string,
  { client_id: id, client_secret: secret }: Client,
  fields: Record<string, string>,
) {
  return fetch(`${url}/auth/${path}`, {
    method: 'POST',
    headers: { authorization: basic(`${id}:${secret}`) },
    body: new URLSearchParams(fields),
  })
}

const statusOfToken = async (url: string, client: Client) =>
  (await asClient(url, 'token', client, { grant_type: 'client_credentials', scope: 'keys:write' })).status

/** A new folder with an empty database. */
async function folderWithDatabase(t: Test) {
  const folder = await emptyFolder(t)
  t.equal((await runCommand(t, { folder, parameters: ['migrate'] })).code, 0)
  return folder
}

const countIn = async (folder: string) =>
  Number((await query(`file:${join(folder, 'data/latchkey.db')}`, 'select count(*) as n from users'))[0]?.n)

/** Yields lines one by one and calls `interrupt` before the line at `position`. */
function* interruptedAt(lines: string[], position: number, interrupt: () => void) {
  for (const [index, line] of lines.entries()) {
    if (index === position) interrupt()
    yield Buffer.from(line)
  }
}

t.test('a port in use is reported in one line, and the start fails', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo
  const TMPDIR = await emptyFolder(t)
  const { code, stderr } = await run(t, { parameters: ['demo'], environment: { PORT: `${port}`, TMPDIR } })
  t.equal(code, 1)
  t.equal(stderr.length, 2)
  t.match(stderr[1], new RegExp(`^- Latchkey cannot listen on 127\\.0\\.0\\.1, port ${port}: the port is in use\\.`))
  t.strictSame(await readdir(TMPDIR), [])
})

t.test('`latchkey dev` with the tutorial’s .env logs mailed links and ends on SIGINT', async (t) => {
  const key = secretFor('secret key')
  const tutorial = `SECRET_KEY="${key}"\nALGORITHM=HS256\nACCESS_TOKEN_EXPIRE_MINUTES=30\n`
  const folder = await emptyFolder(t)
  await writeFile(join(folder, '.env'), `# a comment\nPREFIX=/by-file\nDOCS="off"\n${tutorial}`)
  const service = await start(t, {
    folder,
    parameters: ['dev'],
    environment: { PREFIX: '/auth' },
    // The links are logged on purpose.
    isKept: false,
  })
  const logged = service.nextLogLine(/"link":"http[^"]*verify-email#ev_/)
  const { docs, url } = await service.ready()
  t.match(docs, /:\d+\/auth$/, 'the environment overrides the file')
  await registerAt(url, 'ada', { email: 'ada@example.com' })
  t.match(await logged, { level: 30, to: 'ada@example.com' })
  const { access_token: token } = JSON.parse(await (await signInAt(url, 'ada')).text())
  const { payload, protectedHeader } = await jwtVerify(token, new TextEncoder().encode(key))
  t.equal(protectedHeader.alg, 'HS256')
  t.equal((payload.exp ?? 0) - (payload.iat ?? 0), 30 * 60)
  service.kill('SIGINT')
  t.match(await service.exited, { code: 0, signal: null })
})

t.test('commands and a running service that share a database', async (t) => {
  const { folder, ready, kill, exited } = await start(t)
  const { url } = await ready()
  const latchkey = (...parameters: string[]) => outputOf(t, folder, {}, ...parameters)
  const keysOf = (lines: string[]): Keys['keys'] => JSON.parse(lines.join('\n')).keys

  t.test(
    'a client created by a command works at the running server at once and is rejected once a command deletes it',
    async (t) => {
      t.strictSame(await latchkey('clients', 'list'), ['No clients are registered.'])

      const text = await latchkey('clients', 'create', '--name', 'Deployment', '--scope', 'keys:write posts:write')
      t.match(text, [/^client_id: {5}client_[\w-]{22}$/, /^client_secret: cs_[\w-]{43}$/, '', /^Store the secret now/])
      const [client_id = '', client_secret = ''] = text.map((line) => line.split(/: +/)[1])
      t.equal(await statusOfToken(url, { client_id, client_secret }), 200)

      const json = JSON.parse(
        (await latchkey('clients', 'create', '--name', 'Orders API', '--introspection', '--json')).join('\n'),
      )
      const { client_secret: secret, created_at: time, ...described } = json
      t.strictSame(described, {
        client_id: json.client_id,
        client_name: 'Orders API',
        grant_types: [],
        scope: '',
        introspection: true,
      })
      const introspected = await asClient(url, 'introspect', json, { token: await signedUpAt(url, 'ada') })
      t.match(await introspected.json(), { active: true, username: 'ada' })

      const list = await latchkey('clients', 'list')
      t.match(list, [
        /^CLIENT ID +NAME +SCOPE +INTROSPECTION +REGISTERED$/,
        new RegExp(`^${client_id}  Deployment  keys:write posts:write  no +20`),
        new RegExp(`^${json.client_id}  Orders API  - +yes +20.* UTC$`),
      ])
      t.equal(list.length, 3)
      const listed = (await latchkey('clients', 'list', '--json')).join('\n')
      t.match(JSON.parse(listed), {
        clients: [
          { client_id, client_name: 'Deployment' },
          { ...described, created_at: time },
        ],
      })
      t.notMatch(`${list}${listed}`, /cs_|secret/)

      t.match(await latchkey('clients', 'delete', client_id), [new RegExp(`${client_id} deleted`)])
      t.equal(await statusOfToken(url, { client_id, client_secret }), 401)
    },
  )

  t.test('keys rotated by a command reach the running server within five seconds after --now', async (t) => {
    const [first] = keysOf(await latchkey('keys', 'list', '--json'))
    t.match(first, { alg: 'ES256', stage: 'signing', removed_at: null })

    const rotated = await latchkey('keys', 'rotate')
    t.match(rotated, [
      /^The next key is published\. It signs from 20\d\d-\d\d-\d\d \d\d:\d\d UTC\.$/,
      '',
      /^KID +ALGORITHM +STAGE +SIGNS FROM +RETIRES +REMOVED$/,
      new RegExp(`^${first?.kid} +ES256 +signing +20`),
      /^[\w-]{43} +ES256 +published +20.* -$/,
    ])
    t.strictSame(
      keysOf(await latchkey('keys', 'rotate', '--json')).map(({ stage }) => stage),
      ['signing', 'published'],
      'a second rotation adds no further key',
    )

    const token = await signedUpAt(url, 'ada')
    t.equal((await getMeAt(url, token)).status, 200)
    const now = await latchkey('keys', 'rotate', '--now')
    t.match(now[0], /^All previous keys are revoked\. .*five seconds.*ten minutes/)
    t.equal(now.length, 4)

    let status = 200
    for (let attempts = 0; status === 200 && attempts < 20_000; attempts++) status = (await getMeAt(url, token)).status
    t.equal(status, 401, 'the server has noticed')
    const again = await signInAt(url, 'ada')
    t.equal(again.status, 200)
    t.notMatch(await (await fetch(`${url}/auth/jwks.json`)).text(), String(first?.kid))
  })

  t.test('without a service, the commands list the same', async (t) => {
    const listed = await latchkey('clients', 'list', '--json')
    kill('SIGTERM')
    await exited
    t.strictSame(await latchkey('clients', 'list', '--json'), listed)
    t.match(JSON.parse(listed.join('\n')), { clients: [{ client_name: 'Orders API' }] })
    t.strictSame(
      keysOf(await latchkey('keys', 'list', '--json')).map(({ stage }) => stage),
      ['signing'],
    )
  })
})

t.test('on a terminal the password is requested twice and not echoed', async (t) => {
  const place = await placeOf(t)
  await inProcess(t, place.DATA_DIR, place, 'migrate')
  const terminal = await startOnTerminal(t, { environment: place, parameters: ['users', 'create', 'ada', '--admin'] })
  const prompts = ['short', `${secretFor('ada')}x\u007f`, 'something else', secretFor('ada'), secretFor('ada')]
  const seen = [
    /Password: $/,
    /8 characters.*\r\nPassword: $/,
    /Repeat the password: $/,
    /do not match\.\r\nPassword: $/,
    /do not match\.\r\nPassword: \r\nRepeat the password: $/,
  ]
  for (const [index, typed] of prompts.entries()) {
    await terminal.until(seen[index] ?? /never/)
    terminal.type(`${typed}\r`)
  }
  const { code, shown } = await terminal.exited
  t.equal(code, 0)
  t.match(shown, /ada can sign in now\./)
  t.notMatch(shown, /not-for-logs|short|something/)
  const { app } = await build(t, { environment: place })
  t.equal(outcomeOf(await signIn(app, 'ada', { scope: 'users:write' })), '200')
})

t.test('an import can be killed or interrupted and run again, and does not hold the file in memory', async (t) => {
  const folder = await folderWithDatabase(t)
  const lines = Array.from(
    { length: 20_000 },
    (_, index) => `{"username":"user${index}","email":"user${index}@example.com","email_verified":true}\n`,
  )
  await writeFile(join(folder, 'people.jsonl'), lines)
  const written = watch(join(folder, 'data'))
  const killed = await start(t, { folder, parameters: ['users', 'import', 'people.jsonl'] })
  for await (const { filename } of written) if (filename?.endsWith('-wal') && (await countIn(folder)) > 0) break
  killed.kill('SIGKILL')
  await killed.exited
  const before = await countIn(folder)
  t.ok(before > 0 && before < 20_000 && before % 200 === 0, `${before} were imported, whole batches`)

  const signals = new EventEmitter()
  const { code, stdout, stderr } = await runCommand(t, {
    folder,
    parameters: ['users', 'import', '-', '--format', 'jsonl', '--json'],
    signals,
    stdin: Readable.from(interruptedAt(lines, before + 2_500, () => signals.emit('SIGINT'))),
  })
  t.equal(code, 1)
  const after = await countIn(folder)
  t.ok(after > before && after < 20_000 && after % 200 === 0, `${after} were imported, whole batches`)
  t.strictSame(JSON.parse(stdout), {
    imported: after - before,
    already_there: before,
    refused: 0,
    second_factors: 0,
    users_with_missing_factors: 0,
    last_line: after,
    complete: false,
    dry_run: false,
    lines: [],
  })
  t.equal(
    stderr,
    `The import was interrupted. Lines up to ${after.toLocaleString('en')} are done. To continue, run the command ` +
      'again: it skips existing users.',
  )

  const last = await run(t, {
    folder,
    parameters: ['users', 'import', 'people.jsonl'],
    environment: { NODE_OPTIONS: '--max-old-space-size=64' },
  })
  t.strictSame([last.code, await countIn(folder)], [0, 20_000])
  t.strictSame(last.stdout, [
    `Imported: ${(20_000 - after).toLocaleString('en')}. Existing users: ${after.toLocaleString('en')}. Rejected: 0.`,
  ])
})

t.test('a closed pipe ends a command quietly', async (t) => {
  const folder = await folderWithDatabase(t)
  const parameters = ['users', 'import', '-', '--format', 'jsonl']
  t.equal((await runCommand(t, { folder, parameters, input: '{"username":"ada"}' })).code, 0)
  const { exited, hangUp } = await start(t, { folder, parameters: ['users', 'export'] })
  hangUp()
  const { code, stderr } = await exited
  t.strictSame([code, stderr], [0, []])
})
