import { createHash } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { freePort } from '../../scripts/free-port.ts'
import { build, secretFor } from '../support/build.ts'
import { runCommand } from '../support/latchkey-command.ts'
import { emptyFolder } from '../support/spawn.ts'

/** The files in a folder with their hashes, without the index of SQLite's readers. */
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

t.test('a healthy installation has no fault or warning, running or stopped, and is left unchanged', async (t) => {
  const PORT = String(await freePort())
  const folder = await emptyFolder(t)
  const data = join(folder, 'data')
  await mkdir(data, { mode: 0o700 })
  const good = { PORT, ARGON2_MEMORY_KIB: '19456', ARGON2_TIME: '2', LOG_LEVEL: 'info' }
  const inData = { DATA_DIR: data, DATABASE_URL: `file:${join(data, 'latchkey.db')}` }
  const { app } = await build(t, { environment: { ...good, ...inData, PUBLIC_URL: undefined } })
  await app.listen({ host: '127.0.0.1', port: Number(PORT) })
  const examine = async () => {
    const before = await contents(folder)
    const { code, stdout, stderr } = await runCommand(t, { folder, environment: good, parameters: ['doctor'] })
    t.strictSame([code, stderr], [0, ''])
    t.match(stdout, /\n0 faults, 0 warnings, \d notes, \d+ ok$/)
    t.strictSame(await contents(folder), before)
    return stdout
  }
  t.match(await examine(), new RegExp(`^ok +service +The service responds at http://localhost:${PORT}/auth\\.$`, 'm'))
  await app.close()
  t.match(await examine(), /^note +service +No server responds at .*ECONNREFUSED/m)
})

t.test('every fault is reported with its remedy, and the exit code is 1', async (t) => {
  const folder = await emptyFolder(t)
  await writeFile(
    join(folder, '.env'),
    `MASTER_KEY=${secretFor('master key')}\nDATABASE_URL=postgres://postgres@127.0.0.1:1/nowhere\nLOG_LEVEL=silent\n`,
  )
  await chmod(join(folder, '.env'), 0o644)
  const { code, stdout: text, stderr } = await runCommand(t, { folder, parameters: ['doctor'] })
  t.strictSame([code, stderr], [1, ''])
  t.match(
    text,
    /^fault +\.env +Every user of this machine can read \S+\/\.env \(mode 644\)\.\n +-> chmod 600 \S+\/\.env/m,
  )
  t.match(
    text,
    /^fault +database +.* 127\.0\.0\.1:1 .*ECONNREFUSED.* Check that .*\n +-> The service does not .* running recover/m,
  )
  t.match(text, /^warning +log +LOG_LEVEL is silent/m)
  t.match(text, /^unchecked +signing keys +Skipped: /m)
  t.match(text, /\n2 faults, 2 warnings, \d notes, \d+ ok, 11 not checked$/)
  t.notMatch(text, 'not-for-logs')
})

t.test(
  'JSON output reports each invalid setting as a fault and still runs the checks that need no settings',
  async (t) => {
    const { code, stdout } = await runCommand(t, {
      parameters: ['doctor', '--json'],
      environment: { PUBLIC_URL: 'http://api.example.com', MASTER_KEY: 'your_secret_key', PORT: 'x' },
    })
    t.equal(code, 1)
    const { summary, checks }: { summary: Record<string, number>; checks: Record<string, string>[] } =
      JSON.parse(stdout)
    t.equal(summary.fault, 3)
    const faults = checks.filter(({ level }) => level === 'fault')
    t.strictSame(
      faults.map(({ check, message = '' }) => [check, message.split(' ')[0]]),
      ['PORT', 'PUBLIC_URL', 'MASTER_KEY'].map((name) => ['settings', name]),
    )
    t.match(faults[1], { message: /https except on loopback/, remedy: /does not start/ })
    t.notMatch(stdout, 'your_secret_key')
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

t.test('colors are used only on terminals', async (t) => {
  const escape = '\u001b['
  const { stdout: plain } = await runCommand(t, { parameters: ['doctor'] })
  t.notMatch(plain, escape)
  const forced = { FORCE_COLOR: '1' }
  const { stdout: coloured } = await runCommand(t, { parameters: ['doctor'], environment: forced })
  t.match(coloured.split('\n')[0], escape, 'FORCE_COLOR turns colors on')
  const { stdout: json } = await runCommand(t, { parameters: ['doctor', '--json'], environment: forced })
  t.notMatch(json, escape)
})

t.test('the help explains the command with examples', async (t) => {
  const { code, stdout } = await runCommand(t, { parameters: ['doctor', '--help'] })
  t.equal(code, 0)
  for (const words of ['Usage: latchkey doctor', '--json', 'exit code is 1', 'Examples:', 'latchkey doctor --json']) {
    t.ok(stdout.includes(words), words)
  }
})
