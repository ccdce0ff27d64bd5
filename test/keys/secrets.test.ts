import { execFileSync } from 'node:child_process'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { settingsFromEnvironment, settingsFromOptions } from '../../src/config/config.ts'
import { secretCommand } from '../../src/config/settings.ts'
import { createService } from '../../src/service.ts'
import { getMe, keepLog, secretFor, signedUp, testEnvironment } from '../support/build.ts'

const weak: Record<string, string> = {
  'a space': ' ',
  'forty spaces': ' '.repeat(40),
  'various white space': ' \t\n\r\v\f\u00a0\u2003\u3000'.repeat(4),
  'only NUL': '\0'.repeat(40),
  'one character': 'x',
  '31 bytes': 'weak-1234567890abcdefghijklmnop',
  'the tutorial’s placeholder': 'your_secret_key',
  'the tutorial’s key': '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7',
  'the tutorial’s key with white space around it': ' 09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7 ',
  'jwt.io’s key for HS256': 'a-string-secret-at-least-256-bits-long',
  'jwt.io’s key for HS384': 'a-valid-string-secret-that-is-at-least-384-bits-long',
  'jwt.io’s key for HS512': 'a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long',
  'Supabase’s local key': 'super-secret-jwt-token-with-at-least-32-characters-long',
  'Supabase’s example': 'your-super-secret-jwt-token-with-at-least-32-characters-long',
  'the key of Spring tutorials': '404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970',
  'one repeated character': 'x'.repeat(64),
  'two repeated characters': 'xy'.repeat(32),
  'a repeated word': 'changeme'.repeat(8),
  'a longer repeated word': 'weak-keyring'.repeat(4),
  'the repeated placeholder': 'your_secret_key'.repeat(4),
  'the repeated placeholder, cut off': 'your_secret_key'.repeat(4).slice(0, -4),
}

for (const name of ['SECRET_KEY', 'MASTER_KEY']) {
  const option = name === 'SECRET_KEY' ? 'secretKey' : 'masterKey'

  t.test(`a ${name} that is blank, short, published or repetitive keeps the service from starting (J3)`, async (t) => {
    for (const [what, secret] of Object.entries(weak)) {
      for (const ALGORITHM of name === 'SECRET_KEY' ? ['HS256'] : ['ES256', 'HS256']) {
        checkRefused(t, name, `${what}, ${ALGORITHM}`, () =>
          settingsFromEnvironment({ ...testEnvironment, ALGORITHM, [name]: secret }),
        )
      }
      checkRefused(t, option, `${what}, as an option`, () =>
        settingsFromOptions({ prefix: '/auth', algorithm: 'HS256', [option]: secret }),
      )
    }
  })

  t.test(`a weak ${name} in the options keeps the plugin from starting (J3)`, async (t) => {
    const settings = settingsFromEnvironment({ ...testEnvironment, DATABASE_URL: ':memory:', ALGORITHM: 'HS256' })
    await t.rejects(createService({ ...settings, [option]: '' }), { name: 'StartError' })
    await t.rejects(createService({ ...settings, [option]: 'your_secret_key' }), { name: 'StartError' })
  })

  t.test(`a strong ${name} is accepted, including the output of the suggested command (J3)`, async (t) => {
    const printed = execFileSync('sh', ['-c', secretCommand], { encoding: 'utf8' }).trim()
    for (const secret of [
      secretFor(name),
      printed,
      '0123456789abcdefghijklmnopqrstuv',
      'a'.repeat(20) + 'bcdefghijklmnop',
    ]) {
      t.equal(settingsFromEnvironment({ ...testEnvironment, [name]: secret })[option], secret)
    }
  })

  t.test(`a missing ${name} is not replaced by the string undefined (J3)`, async (t) => {
    t.notOk(option in settingsFromEnvironment(testEnvironment))
  })
}

/** Checks for a single line that names the setting, says what it must be and how to create it, without the value. */
function checkRefused(t: Test, name: string, what: string, start: () => unknown) {
  t.throws(
    start,
    {
      name: 'StartError',
      faults: [
        `${name} is (not shown): it must be at least 32 random bytes, not a published example. Create one with: ` +
          `${secretCommand}`,
      ],
    },
    what,
  )
}

t.test('two invalid secrets are reported at once, one per line (J3)', async (t) => {
  t.throws(() => settingsFromEnvironment({ ALGORITHM: 'HS256', SECRET_KEY: ' ', MASTER_KEY: 'x' }), {
    message: /^MASTER_KEY is .*\nSECRET_KEY is .*$/,
  })
})

t.test('with PostgreSQL, secrets must be set because instances share them (J3)', async (t) => {
  const missing = (...names: string[]) => ({
    name: 'StartError',
    faults: names.map(
      (name) =>
        `${name} is required with PostgreSQL, with the same value for every instance. Set the one that the ` +
        `database was used with before. For a new database, create one with: ${secretCommand}`,
    ),
  })
  const MASTER_KEY = secretFor('master key')
  const SECRET_KEY = secretFor('secret key')

  for (const scheme of ['postgres', 'postgresql']) {
    const DATABASE_URL = `${scheme}://localhost/latchkey`
    const from = (environment: NodeJS.ProcessEnv) => () => settingsFromEnvironment({ DATABASE_URL, ...environment })
    t.throws(from({}), missing('MASTER_KEY'))
    t.throws(from({ SECRET_KEY }), missing('MASTER_KEY'), 'one does not replace the other')
    t.doesNotThrow(from({ MASTER_KEY }))
    t.throws(from({ ALGORITHM: 'HS256' }), missing('MASTER_KEY', 'SECRET_KEY'))
    t.throws(from({ ALGORITHM: 'HS256', MASTER_KEY }), missing('SECRET_KEY'))
    t.throws(from({ ALGORITHM: 'HS256', SECRET_KEY }), missing('MASTER_KEY'), 'it protects everything else')
    t.doesNotThrow(from({ ALGORITHM: 'HS256', SECRET_KEY, MASTER_KEY }))
    t.throws(() => settingsFromOptions({ prefix: '/auth', databaseUrl: DATABASE_URL }), missing('masterKey'))
  }
})

for (const [ALGORITHM, file] of [
  ['ES256', 'master.key'],
  ['HS256', 'secret.key'],
] as const) {
  t.test(
    `without a secret, ${ALGORITHM} generates a strong one in the data folder once, readable by its owner only`,
    async (t) => {
      const folder = join(t.testdir(), 'data')
      const open = () =>
        createService(settingsFromEnvironment({ ...testEnvironment, ALGORITHM, DATA_DIR: folder }), {
          logStream: { write: keepLog },
        })
      const first = await open()
      const { access_token: token } = await signedUp(first, 'ada')
      await first.close()

      const secret = (await readFile(join(folder, file), 'utf8')).trim()
      t.match(secret, /^[\w-]{43}$/)
      t.equal((await stat(join(folder, file))).mode & 0o777, 0o600)
      t.equal((await stat(folder)).mode & 0o777, 0o700)

      const second = await open()
      t.teardown(() => second.close())
      t.equal((await readFile(join(folder, file), 'utf8')).trim(), secret)
      t.equal((await getMe(second, token)).json().username, 'ada', 'previous tokens still verify')
    },
  )

  t.test(`an empty, blank or short secret in the data folder keeps ${ALGORITHM} from starting (J3)`, async (t) => {
    const root = t.testdir()
    for (const [index, secret] of ['', '\n', ' '.repeat(64), 'weak-and-short'].entries()) {
      const folder = join(root, String(index))
      await mkdir(folder)
      await writeFile(join(folder, file), secret)
      await t.rejects(
        createService(
          settingsFromEnvironment({ ...testEnvironment, LOG_LEVEL: 'silent', ALGORITHM, DATA_DIR: folder }),
        ),
        {
          name: 'StartError',
          message: `The secret in ${join(folder, file)} is shorter than 32 bytes. Restore the file from your copy.`,
        },
      )
      t.equal(await readFile(join(folder, file), 'utf8'), secret, 'the file is unchanged')
    }
  })
}
