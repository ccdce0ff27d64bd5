import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { secretFor } from '../support/build.ts'
import { runCommand } from '../support/latchkey-command.ts'
import { emptyFolder } from '../support/spawn.ts'

t.test('the tutorial’s placeholder is rejected with a command that creates a key', async (t) => {
  const folder = await folderWith(t, 'SECRET_KEY=your_secret_key\nALGORITHM=HS256\nACCESS_TOKEN_EXPIRE_MINUTES=30\n')
  const { code, stdout, stderr } = await runCommand(t, { folder, parameters: [] })
  t.strictSame([code, stdout], [1, ''])
  t.match(stderr, /^Latchkey did not start\.\n- SECRET_KEY is \(not shown\): .*32 random bytes.* node -p .*$/)
})

t.test('every invalid setting gets one line, whatever its source', async (t) => {
  const folder = await folderWith(t, 'PORT=eighty\nSIGNUP=perhaps\n')
  const { code, stderr } = await runCommand(t, {
    folder,
    parameters: [],
    environment: { PORT: '99999', MASTER_KEY: secretFor('short').slice(-15) },
  })
  t.equal(code, 1)
  const [headline, ...faults] = stderr.split('\n')
  t.equal(headline, 'Latchkey did not start.')
  t.strictSame(faults.map((line) => /^- (\w+) is /.exec(line)?.[1]).sort(), ['MASTER_KEY', 'PORT', 'SIGNUP'])
  t.match(stderr, 'PORT is "99999"')
})

t.test('an unreadable .env is reported in one line', async (t) => {
  const folder = await emptyFolder(t)
  await mkdir(join(folder, '.env'))
  const { code, stderr } = await runCommand(t, { folder, parameters: [] })
  t.equal(code, 1)
  t.match(stderr, /^Latchkey did not start\.\n- Cannot read \S+\/\.env: .*$/)
})

t.test('a .env with a byte order mark is read from its first line; other encodings are rejected (C1)', async (t) => {
  const wrong = 'SIGNUP=perhaps\r\nPORT=eighty\r\n'
  for (const text of [`\uFEFF${wrong}`, wrong]) {
    const { stderr } = await runCommand(t, {
      folder: await folderWith(t, text),
      parameters: [],
      environment: { PORT: '' },
    })
    t.match(stderr, /^- SIGNUP is "perhaps"/m)
    t.match(stderr, /^- PORT is "eighty"/m)
  }
  const utf16 = Buffer.from(`\uFEFF${wrong}`, 'utf16le')
  for (const bytes of [
    utf16,
    utf16.subarray(2),
    Buffer.from(utf16).swap16(),
    Buffer.from('PRODUCT_NAME=Café\n', 'latin1'),
  ]) {
    const folder = await folderWith(t, bytes)
    const { code, stderr } = await runCommand(t, { folder, parameters: [] })
    t.equal(code, 1)
    t.match(stderr, /^Latchkey did not start\.\n- \S+\/\.env is not encoded in UTF-8\. Save it as UTF-8/)
    t.match((await doctor(t, folder)).settings, [/^fault: .*\.env is not encoded in UTF-8/])
  }
})

t.test('a truncated or ignored setting in .env is named (C2)', async (t) => {
  const secret = secretFor('master key')
  for (const [line, name, says] of [
    [`MASTER_KEY=${secret}#and more`, 'MASTER_KEY', /cut off at a #.*in quotes/],
    ['export PRODUCT_COLOR=#2f6f4f', 'PRODUCT_COLOR', /cut off at a #/],
    [`SECRET_KEY="${secret}"and more"`, 'SECRET_KEY', /cut off at a quote/],
    ['SIGNUP: closed', 'SIGNUP', /ignored.*SIGNUP=value/],
    ["GREETING='hello\nSIGNUP=closed\nBYE='bye'", 'SIGNUP', /ignored.*close all quotes/],
    ['\u00A0SIGNUP=closed', 'SIGNUP', /ignored/],
    ["PRODUCT_NAME='abc", 'PRODUCT_NAME', /not closed/],
  ] as const) {
    const folder = await folderWith(t, `${line}\n`)
    const { code, stderr } = await runCommand(t, { folder, parameters: [] })
    t.equal(code, 1)
    t.match(
      stderr,
      new RegExp(
        `^Latchkey did not start\\.\n- ${name} in \\S+/\\.env (is|starts with a quote that is) ${says.source}[^\n]*$`,
      ),
      line,
    )
    t.match((await doctor(t, folder)).settings, [new RegExp(`^fault: ${name} in`)])
  }
  for (const text of ['SIGNUP closed', 'PORT=3000\nSIGNUP closed\nHOST=127.0.0.1', '-- a comment']) {
    const folder = await folderWith(t, `${text}\n`)
    const { code, stderr } = await runCommand(t, { folder, parameters: [] })
    t.equal(code, 1)
    t.match(stderr, /\n- Line \d of \S+\/\.env is not a setting\. Write it as NAME=value/, text)
    t.notMatch(stderr, 'closed', 'the value may be a secret')
  }
  const harmless = [
    '# A=b#c',
    'SIGNUP=closed # see #5',
    'PRODUCT_COLOR="#2f6f4f" # green',
    'OTHER=a#b',
    'PEM="first\nsecond: line"',
    'PRODUCT_NAME=',
  ]
  t.match((await doctor(t, await folderWith(t, harmless.join('\n')))).settings, [/^ok/])
})

t.test('a variable in .env that resembles a setting is named at the start and by doctor', async (t) => {
  const folder = await folderWith(
    t,
    'SINGUP=closed\nsmtp_url=\nLATCHKEY_PORT=1\nPOSTGRES_PASSWORD=not-for-logs\nHOME=/\n',
  )
  const nearly = [
    ['LATCHKEY_PORT', 'PORT'],
    ['SINGUP', 'SIGNUP'],
    ['smtp_url', 'SMTP_URL'],
  ]
  t.match(
    (await doctor(t, folder, { DOCKS: 'on' }))['.env'],
    nearly.map(
      ([name, setting]) => new RegExp(`^warning: ${name} in .* no effect\\. The correct name is ${setting}\\.`),
    ),
  )
  t.equal((await doctor(t, folder))['.env']?.length, nearly.length)
  const { warnings } = await startIn(t, folder)
  t.match(
    warnings,
    nearly.map(([name, setting]) => new RegExp(`${name} in .*\\. The correct name is ${setting}$`)),
  )
  t.equal(warnings.length, nearly.length)
})

t.test('a variable of the environment that is almost a setting is named at the start and by doctor', async (t) => {
  const folder = await emptyFolder(t)
  const misspelt = {
    PUBLC_URL: 'PUBLIC_URL',
    METRIC: 'METRICS',
    TRUST_PROXIES: 'TRUST_PROXY',
    PASSWORD_MINLENGTH: 'PASSWORD_MIN_LENGTH',
    LATCHKEY_SIGNUP: 'SIGNUP',
  }
  const environment = {
    ...Object.fromEntries(Object.keys(misspelt).map((name) => [name, '1'])),
    // Variables of other programs, and of Docker and Kubernetes.
    ...{ HOSTNAME: 'a', USERNAME: 'ada', API_URL: 'b', DOCKS: 'on', DATABASE_USER: 'c', SMTP_URLS: '', PATHS: '/' },
    ...{ LATCHKEY_PORT: 'tcp://10.0.0.1:3000', LATCHKEY_SERVICE_HOST: '10.0.0.1', LATCHKEY_SERVICE_PORT: '3000' },
    ...{ LOG_LEVELS: 'all', LOG_LEVEL: 'warn' },
  }
  const expected = Object.entries(misspelt).map(
    ([name, setting]) =>
      `${name} in the environment has no effect on Latchkey. If it is meant as a setting, rename it to ${setting}`,
  )
  const { environment: found = [] } = await doctor(t, folder, environment)
  t.match(
    found,
    expected.map((message) => `warning: ${message}.`),
  )
  t.equal(found.length, expected.length)
  t.strictSame((await startIn(t, folder, environment)).warnings, expected)
})

t.test('an empty environment variable leaves the setting to .env (C4)', async (t) => {
  const folder = await folderWith(t, 'PORT=eighty\n')
  t.match((await runCommand(t, { folder, parameters: [], environment: { PORT: '' } })).stderr, 'PORT is "eighty"')
})

t.test('a secret with leading or trailing white space works, with a warning at the start (C3)', async (t) => {
  const folder = await folderWith(t, `MASTER_KEY="${secretFor('master key')} "\n`)
  t.match((await startIn(t, folder)).warnings, [/^MASTER_KEY starts or ends with white space/])
})

/** @returns the messages of each check */
async function doctor(t: Test, folder: string, environment: NodeJS.ProcessEnv = {}) {
  const { stdout } = await runCommand(t, { folder, parameters: ['doctor', '--json'], environment })
  const { checks }: { checks: { check: string; level: string; message: string; remedy?: string }[] } =
    JSON.parse(stdout)
  const said: Record<string, string[]> = {}
  for (const { check, level, message, remedy = '' } of checks) {
    said[check] = [...(said[check] ?? []), `${level}: ${message} ${remedy}`]
  }
  return said
}

/** Starts the service on a port where it cannot listen. @returns the warnings in its log */
async function startIn(t: Test, folder: string, environment: NodeJS.ProcessEnv = {}) {
  const { stdout } = await runCommand(t, {
    folder,
    parameters: [],
    environment: { ...environment, HOST: '203.0.113.1' },
  })
  const lines: { level: number; msg: string }[] = stdout.split('\n').map((line) => JSON.parse(line))
  return { warnings: lines.filter(({ level }) => level === 40).map(({ msg }) => msg) }
}

async function folderWith(t: Test, content: string | Buffer) {
  const folder = await emptyFolder(t)
  await writeFile(join(folder, '.env'), content)
  return folder
}
