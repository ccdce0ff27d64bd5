import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { readArgon2Build } from '../../src/passwords/argon2-build.ts'

const run = promisify(execFile)
const script = 'scripts/build-argon2.sh'

const modern = 'processor\t: 0\nflags\t\t: fpu sse2 avx avx2 bmi2\n'
const old = 'processor\t: 0\nflags\t\t: fpu sse2 avx\n'

t.test('the portable binary is reported as improvable on processors with AVX2', async (t) => {
  const folder = t.testdir({ prebuilds: { 'linux-x64': { 'argon2.node': '' } }, modern, old })
  const file = join(folder, 'prebuilds', 'linux-x64', 'argon2.node')
  t.match(await readArgon2Build({ file, processors: join(folder, 'modern') }), {
    file,
    builtFor: undefined,
    couldBeFaster: true,
  })
  t.match(await readArgon2Build({ file, processors: join(folder, 'old') }), {
    file,
    builtFor: undefined,
    couldBeFaster: false,
  })
  t.match(await readArgon2Build({ file, processors: join(folder, 'none, as on other systems') }), {
    file,
    builtFor: undefined,
    couldBeFaster: false,
  })
})

t.test('a build by build:argon2 reports its processor, and a build by npm rebuild is not reported', async (t) => {
  const folder = t.testdir({ build: { march: 'x86-64-v3\n', Release: { 'argon2.node': '' } }, modern })
  const file = join(folder, 'build', 'Release', 'argon2.node')
  t.match(await readArgon2Build({ file, processors: join(folder, 'modern') }), {
    file,
    builtFor: 'x86-64-v3',
    couldBeFaster: false,
  })
  await rm(join(folder, 'build', 'march'))
  t.match(await readArgon2Build({ file, processors: join(folder, 'modern') }), {
    builtFor: undefined,
    couldBeFaster: false,
  })
})

t.test('a host app, which has no build script, gets a command that it can run', async (t) => {
  t.match(await readArgon2Build(), { buildCommand: 'npm run build:argon2' })
  t.match(await readArgon2Build({ script: join(t.testdir(), 'no-script') }), {
    buildCommand: / npm_config_build_from_source=true npm rebuild argon2$/,
  })
})

t.test('the binary in use is found', async (t) => {
  const { file = '' } = await readArgon2Build()
  t.match(file, /argon2.*\.node$/)
  t.ok(existsSync(file))
})

t.test('without a compiler nothing is built, and the error names what is needed', async (t) => {
  const before = await readArgon2Build()
  const failure: { code: number; stderr: string } = await run('bash', [script], {
    env: { ...process.env, CXX: 'no-compiler' },
  }).then(
    () => t.fail('the build succeeded'),
    (error) => error,
  )
  t.equal(failure.code, 1)
  t.equal(
    failure.stderr,
    'argon2 was not built, the previous binary is kept: there is no no-compiler. It takes a C++ compiler, make ' +
      'and Python; on Debian: apt-get install g++ make python3\n',
  )
  t.same(await readArgon2Build(), before)
  t.ok(existsSync(before.file ?? ''))
})
