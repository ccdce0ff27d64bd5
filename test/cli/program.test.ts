import { readdir } from 'node:fs/promises'
import { createWriteStream } from 'node:fs'
import { createServer } from 'node:http'
import t from 'tap'
import { build } from '../support/build.ts'
import { closedPipe, runCommand } from '../support/latchkey-command.ts'
import { emptyFolder } from '../support/spawn.ts'
import { version } from '../../src/lib/version.ts'

t.test('`latchkey --version` and `latchkey --help`', async (t) => {
  t.strictSame(await runCommand(t, { parameters: ['--version'] }), { code: 0, stdout: version, stderr: '' })
  const { code, stdout, stderr } = await runCommand(t, { parameters: ['--help'] })
  t.strictSame([code, stderr], [0, ''])
  for (const word of ['Usage: latchkey', 'start ', 'demo ', 'openapi ', 'configuration.md', '.env']) {
    t.match(stdout, word)
  }
  t.match(stdout, /^ {2}backup \[options\] <file> +Back up the SQLite database/m, 'with the arguments of each command')
})

t.test('every way to ask for a command’s help prints the same', async (t) => {
  for (const command of [['keys'], ['backup'], ['users'], ['users', 'create']]) {
    const { code, stdout } = await runCommand(t, { parameters: [...command, '--help'] })
    t.equal(code, 0)
    t.match(stdout, `Usage: latchkey ${command.join(' ')} `)
    if (command.length > 1) continue
    t.equal((await runCommand(t, { parameters: ['help', ...command] })).stdout, stdout)
  }
  const { code, stdout, stderr } = await runCommand(t, { parameters: ['users'] })
  t.strictSame([code, stdout], [1, ''])
  t.match(
    stderr,
    /^Usage: latchkey users [^]* {2}create \[options\] \[username\] /,
    'a group of commands lists its commands',
  )
})

t.test('an unknown command or option is named, and no command runs', async (t) => {
  for (const parameter of ['frobnicate', '--frobnicate']) {
    const folder = await emptyFolder(t)
    const { code, stdout, stderr } = await runCommand(t, { folder, parameters: [parameter] })
    t.equal(code, 1)
    t.equal(stdout, '')
    t.match(stderr, new RegExp(`unknown.*${parameter}`))
    t.strictSame(await readdir(folder), [])
  }
})

t.test('an address that this machine does not have is reported in one line with its setting', async (t) => {
  for (const [setting, environment] of [
    ['HOST', { HOST: '203.0.113.1' }],
    ['METRICS_HOST', { METRICS: 'on', METRICS_PORT: '0', METRICS_HOST: '203.0.113.1' }],
  ] as const) {
    const { code, stderr } = await runCommand(t, { parameters: [], environment })
    t.equal(code, 1)
    t.match(stderr, new RegExp(`^Latchkey did not start\\.\\n- .* cannot listen on .*\\. Set ${setting} to .*\\.$`))
  }
})

t.test('the start fails if the port of the metrics is in use, and says what traces need', async (t) => {
  const other = createServer()
  t.teardown(() => other.close())
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const address = other.address()
  const port = typeof address === 'object' ? String(address?.port) : ''
  const { code, stdout, stderr } = await runCommand(t, {
    parameters: [],
    environment: { METRICS: 'on', METRICS_PORT: port, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' },
  })
  t.equal(code, 1)
  t.match(stderr, new RegExp(`cannot listen on 127\\.0\\.0\\.1, port ${port}: .* set METRICS_PORT to a different port`))
  t.match(stdout, /traces are not exported: .* npm install --no-save @opentelemetry\/sdk-node/)
})

t.test('the start names a folder that it cannot write (X11)', async (t) => {
  // No user can create a folder there.
  const start = await runCommand(t, { parameters: ['start'], environment: { DATA_DIR: '/dev/null/latchkey' } })
  t.equal(start.code, 1)
  t.match(start.stderr, /^Latchkey did not start\.\n- Cannot create the data folder \/dev\/null\/latchkey: ENOTDIR/)

  const { TMPDIR } = process.env
  process.env.TMPDIR = '/dev/null/latchkey'
  t.teardown(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  })
  const demo = await runCommand(t, { parameters: ['demo'], folder: t.testdir() })
  t.equal(demo.code, 1)
  t.match(
    demo.stderr,
    /^Latchkey did not start\.\n- The folder for temporary files, \/dev\/null\/latchkey, .* Set TMPDIR/,
  )
})

t.test('output that cannot be written gives an exit code, not an uncaught error (O1)', async (t) => {
  const full = () => createWriteStream('/dev/full')
  const folder = t.testdir()
  t.equal((await runCommand(t, { folder, parameters: ['migrate'] })).code, 0)
  const { code, stderr } = await runCommand(t, { folder, parameters: ['users', 'list'], stdout: full() })
  t.equal(code, 1)
  t.match(stderr, /^error: Cannot write to standard output: ENOSPC/)
  const checked = await runCommand(t, { folder, parameters: ['doctor'], stdout: full() })
  t.match(checked, { code: 1, stderr: /^error: Cannot write to standard output: ENOSPC/ })
  t.equal((await runCommand(t, { parameters: ['--help'], stdout: full() })).code, 0)
  t.equal((await runCommand(t, { parameters: ['nonsense'], stderr: full() })).code, 1)
})

t.test('on Node.js 20 the start logs that it is out of support', async (t) => {
  for (const [nodeVersion, warnings] of [
    ['20.19.0', [/^This is Node\.js 20\.19\.0\. .*out of support since April 2026\. 22 or later is recommended/]],
    ['22.0.0', []],
  ] as const) {
    const environment = { HOST: '203.0.113.1' }
    const { stdout } = await runCommand(t, { parameters: ['start'], environment, nodeVersion })
    const lines = stdout.split('\n').filter(Boolean)
    const said = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg.includes('Node.js'))
    t.match(
      said.map(({ msg }) => msg),
      warnings,
    )
    t.equal(said.length, warnings.length)
    t.ok(said.every(({ level }) => level === 40))
  }
})

t.test('`latchkey openapi` prints the document that a server serves, regardless of settings', async (t) => {
  const folder = await emptyFolder(t)
  const temporary = await emptyFolder(t)
  const { TMPDIR } = process.env
  t.teardown(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  })
  process.env.TMPDIR = temporary
  const { code, stdout, stderr } = await runCommand(t, {
    folder,
    parameters: ['openapi'],
    environment: { PREFIX: '/elsewhere', LOG_LEVEL: 'nonsense', ALGORITHM: 'HS256' },
  })
  t.equal(code, 0)
  t.equal(stderr, '')
  const document = JSON.parse(stdout)
  t.match(await runCommand(t, { folder, parameters: ['openapi'], stdout: closedPipe() }), { code: 0, stderr: '' })
  t.strictSame([...(await readdir(folder)), ...(await readdir(temporary))], [], 'no file is left')
  t.match(document, { openapi: '3.1.0', info: { title: 'Latchkey', version } })
  const { app } = await build(t, { environment: { PUBLIC_URL: '' } })
  t.strictSame(document, (await app.inject({ url: '/openapi.json' })).json())
})
