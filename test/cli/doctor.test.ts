// @lane processes
import { createHash } from 'node:crypto'
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { freePort } from '../../scripts/free-port.ts'
import { secretFor } from '../support/build.ts'
import { emptyFolder, run, start } from '../support/spawn.ts'

/** What lies in a folder, by name. */
/** But for what SQLite notes there of who reads, the service among them. */
async function contents(folder: string) {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(
    (entry) => entry.isFile() && !entry.name.endsWith('-shm'),
  )
  return Promise.all(
    files.map(async ({ parentPath, name }) => [
      name,
      createHash('sha256')
        .update(await readFile(join(parentPath, name)))
        .digest('hex'),
    ]),
  )
}

t.test('a healthy installation has no fault and no warning, whether it runs or not, and stays as it is', async (t) => {
  const PORT = String(await freePort())
  const good = { PORT, ARGON2_MEMORY_KIB: '19456', ARGON2_TIME: '2' }
  const { folder, ready, kill, exited } = await start(t, { environment: good })
  await ready()
  const running = await contents(folder)
  const { code, stdout, stderr } = await run(t, { folder, environment: good, parameters: ['doctor'] })
  t.strictSame([code, stderr], [0, []])
  t.match(stdout.at(-1), /^0 faults, 0 warnings, \d notes, \d+ ok$/)
  t.match(
    stdout.find((line) => line.includes('service')),
    new RegExp(`^ok +service +It answers at http://localhost:${PORT}/auth\\.$`),
  )
  t.strictSame(await contents(folder), running)

  kill('SIGTERM')
  await exited
  const stopped = await contents(folder)
  const after = await run(t, { folder, environment: good, parameters: ['doctor'] })
  t.equal(after.code, 0)
  t.match(
    after.stdout.find((line) => line.includes('service')),
    /^note +service +Nobody answers at .*ECONNREFUSED/,
  )
  t.match(after.stdout.at(-1), /^0 faults, 0 warnings, /)
  t.strictSame(await contents(folder), stopped)
})

t.test('every fault is told with its remedy, and the exit code is 1', async (t) => {
  const folder = await emptyFolder(t)
  await writeFile(
    join(folder, '.env'),
    `MASTER_KEY=${secretFor('master key')}\nDATABASE_URL=postgres://postgres@127.0.0.1:1/nowhere\nLOG_LEVEL=silent\n`,
  )
  await chmod(join(folder, '.env'), 0o644)
  const { code, stdout, stderr } = await run(t, { folder, parameters: ['doctor'] })
  t.strictSame([code, stderr], [1, []])
  const text = stdout.join('\n')
  t.match(text, /^fault +\.env +Everybody on this machine can read \.env \(644\)\.\n +-> chmod 600 \.env/m)
  t.match(
    text,
    /^fault +database +The database nowhere at 127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED.*\n +-> Does the server run/m,
  )
  t.match(text, /^warning +log +LOG_LEVEL is silent/m)
  t.match(text, /^unchecked +signing keys +It needs /m)
  t.match(stdout.at(-1), /^2 faults, 2 warnings, \d notes, \d+ ok, 7 not checked$/)
  t.notMatch(text, 'not-for-logs')
})

t.test(
  'for programs it is JSON; settings that cannot be are a fault each, and what needs none is looked at nevertheless',
  async (t) => {
    const { code, stdout } = await run(t, {
      parameters: ['doctor', '--json'],
      environment: { PUBLIC_URL: 'http://api.example.com', MASTER_KEY: 'your_secret_key', PORT: 'x' },
    })
    t.equal(code, 1)
    const { summary, checks }: { summary: Record<string, number>; checks: Record<string, string>[] } = JSON.parse(
      stdout.join('\n'),
    )
    t.equal(summary.fault, 3)
    const faults = checks.filter(({ level }) => level === 'fault')
    t.strictSame(
      faults.map(({ check, message = '' }) => [check, message.split(' ')[0]]),
      ['PORT', 'PUBLIC_URL', 'MASTER_KEY'].map((name) => ['settings', name]),
    )
    t.match(faults[1], { message: /https except on loopback/, remedy: /does not start/ })
    t.notMatch(stdout.join('\n'), 'your_secret_key')
    t.match(
      checks.find(({ check }) => check === 'Node.js'),
      { level: 'ok' },
    )
    t.equal(
      checks.length,
      Object.values(summary).reduce((sum, count) => sum + count),
    )
  },
)

t.test('colours are for terminals', async (t) => {
  const plain = await run(t, { parameters: ['doctor'] })
  // eslint-disable-next-line no-control-regex
  const escape = /\u001b\[/
  t.notMatch(plain.stdout.join('\n'), escape)
  const coloured = await run(t, { parameters: ['doctor'], environment: { FORCE_COLOR: '1' } })
  t.match(coloured.stdout[0], escape, 'where they are asked for, they are there')
  const json = await run(t, { parameters: ['doctor', '--json'], environment: { FORCE_COLOR: '1' } })
  t.notMatch(json.stdout.join('\n'), escape)
})

t.test('it explains itself, with examples', async (t) => {
  const { code, stdout } = await run(t, { parameters: ['doctor', '--help'] })
  t.equal(code, 0)
  for (const words of ['Usage: latchkey doctor', '--json', 'exit code is 1', 'Examples:', 'latchkey doctor --json']) {
    t.ok(stdout.join('\n').includes(words), words)
  }
})
