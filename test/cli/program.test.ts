import { readdir } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import t from 'tap'
import { build } from '../support/build.ts'
import { emptyFolder, run } from '../support/spawn.ts'
import { version } from '../../src/lib/version.ts'

t.test('`latchkey openapi` prints the document that a server serves, whatever the settings', async (t) => {
  const TMPDIR = await emptyFolder(t)
  const folder = await emptyFolder(t)
  const { code, stdout, stderr } = await run(t, {
    folder,
    parameters: ['openapi'],
    environment: { TMPDIR, PREFIX: '/elsewhere', LOG_LEVEL: 'nonsense', ALGORITHM: 'HS256' },
  })
  t.equal(code, 0)
  t.strictSame(stderr, [])
  const document = JSON.parse(stdout.join('\n'))
  t.match(document, { openapi: '3.1.0', info: { title: 'Latchkey', version } })
  const { app } = await build(t)
  t.strictSame(document, (await app.inject({ url: '/openapi.json' })).json())
  t.strictSame([...(await readdir(folder)), ...(await readdir(TMPDIR))], [], 'and leaves nothing')
})

t.test('`latchkey --version` and `latchkey --help`', async (t) => {
  t.match(await run(t, { parameters: ['--version'] }), { code: 0, stdout: [version], stderr: [] })
  const { code, stdout, stderr } = await run(t, { parameters: ['--help'] })
  t.equal(code, 0)
  t.strictSame(stderr, [])
  const help = stdout.join('\n')
  for (const word of ['Usage: latchkey', 'start ', 'demo ', 'openapi ', 'README', '.env']) t.match(help, word)
})

t.test('an unknown command or option is named, and nothing starts', async (t) => {
  for (const parameter of ['frobnicate', '--frobnicate']) {
    const folder = await emptyFolder(t)
    const { code, stdout, stderr } = await run(t, { folder, parameters: [parameter] })
    t.equal(code, 1)
    t.strictSame(stdout, [])
    t.match(stderr.join('\n'), new RegExp(`unknown.*${parameter}`))
    t.strictSame(await readdir(folder), [])
  }
})

t.test('a port that is in use is one clear line, and the end', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo
  for (const parameters of [[], ['demo']]) {
    const TMPDIR = await emptyFolder(t)
    const { code, stderr } = await run(t, { parameters, environment: { PORT: `${port}`, TMPDIR } })
    t.equal(code, 1)
    t.equal(stderr.length, 2)
    t.match(stderr[1], /^- .*127\.0\.0\.1.*in use/)
    t.match(stderr[1], String(port))
    t.strictSame(await readdir(TMPDIR), [])
  }
})

t.test('an address that this machine does not have is one clear line, and the end', async (t) => {
  const { code, stderr } = await run(t, { environment: { HOST: '203.0.113.1' } })
  t.equal(code, 1)
  t.equal(stderr.length, 2)
  t.match(stderr[1], /^- .*203\.0\.113\.1/)
})
