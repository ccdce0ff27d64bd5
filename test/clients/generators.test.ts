// @lane clients
import { exec, execFile } from 'node:child_process'
import { cp, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { basename, delimiter, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build as bundle } from 'esbuild'
import t from 'tap'
import { minute, register, second, secretFor, signIn, type TokenResponse } from '../support/build.ts'
import { addDevice } from '../support/factors.ts'
import { listeningAtItsOrigin } from '../support/listening.ts'
import { emptyFolder } from '../support/spawn.ts'
import { type Generator, generators, stricterOptions } from './generators.ts'
import { runProgram } from './support.ts'

const packages = resolve('test/clients/node_modules')
const runner = resolve('node_modules/.bin/tsx')
const offline = pathToFileURL('test/clients/programs/offline.mjs')
/** The longest that a generator or the compiler may take, on a busy machine. */
const childTimeout = 300 * second
const maxBuffer = 64 * 1024 * 1024

/** The origin in programs that the documentation contains. */
const documentedOrigin = 'http://localhost:3000'

/** The password in docs/guides/generate-a-client.md. */
const guidePassword = 'correct horse battery staple'

const accessTokenLifetime = 15 * minute

/** What each program prints, whichever client it uses. */
const expected = [
  { withoutToken: 'Sign in.' },
  { wrongScope: 'You lack a permission.' },
  { type: 'bearer', scope: 'account users:read' },
  { username: 'ada' },
  { users: ['grace'], total: 2 },
  { refreshed: true },
]

/** The folder of a generator's program, and the command that generates the client in it. */
interface Project {
  generator: Generator
  name: string
  command: string
}

const projects: Project[] = generators.map((generator) => {
  const { name, shortcoming, command } = generator
  return { generator, name, command: shortcoming?.command ?? command }
})
const withoutWorkaround: Project[] = generators
  .filter(({ shortcoming }) => shortcoming !== undefined)
  .map((generator) => ({ generator, name: `${generator.name}-default`, command: generator.command }))

const title = 'clients that generators make from the document compile, and call the service'
t.test(title, { timeout: 2 * childTimeout }, async (t) => {
  const workspace = await createWorkspace(await emptyFolder(t), [...projects, ...withoutWorkaround])
  const guide = await readGuide()
  const { app, issuer, change, clock } = await listeningAtItsOrigin(t)
  const { origin } = new URL(issuer)
  const environment = { BASE_URL: origin, PASSWORD: secretFor('ada') }
  const emptyApi = join(workspace, 'rtk-query/emptyApi.ts')
  await writeFile(emptyApi, (await readFile(emptyApi, 'utf8')).replace(documentedOrigin, origin))
  const session = await readSession()
  for (const { generator, program, stay } of guide.sections) {
    for (const [name, text] of Object.entries({ app: program, stay, session, explain: guide.explain })) {
      const adapted = text.replace(documentedOrigin, origin).replace(guidePassword, secretFor('ada'))
      await writeFile(join(workspace, generator.name, `${name}.ts`), adapted)
    }
  }
  const reports = await generateAll(workspace, [...projects, ...withoutWorkaround])
  await compile(workspace, reports)
  for (const username of ['ada', 'greta', 'grace', 'gregor', 'alan']) {
    await register(app, username)
    clock.advance(second)
  }
  await change("update users set scopes = 'users:read' where username = 'ada'")
  await change("update users set disabled = 1 where username = 'gregor'")

  for (const { generator, name } of projects) {
    await t.test(generator.package, async (t) => {
      const { errors, failsWith } = reports.get(name) ?? {}
      t.strictSame(errors, [], 'it is generated and compiles')
      t.strictSame([...(failsWith ?? [])].sort(), generator.failsWith ?? [])
      const encodings = new Set<string | undefined>()
      const note = ({ url, headers }: { url?: string; headers: NodeJS.Dict<string> }) => {
        if (url === '/auth/token') encodings.add(headers['content-type']?.split(';')[0])
      }
      app.server.on('request', note)
      const program = await bundleProgram(join(workspace, name, 'program.ts'))
      const printed = await runProgram(program.path, environment)
      app.server.off('request', note)
      t.strictSame(printed, expected)
      t.strictSame([...encodings], [mediaTypes[generator.signIn]])
      const needed = generator.needs.map(nameOfPackage)
      t.strictSame(
        program.packages.filter((name) => !needed.includes(name)),
        [],
        'all packages that the client imports are listed',
      )
    })
  }

  await t.test('a front end that uses most operations', async (t) => {
    const program = await bundleProgram(join(workspace, 'openapi-fetch', 'front-end.ts'))
    const password = secretFor('ada')
    await register(app, 'eve', { password })
    const { access_token: token } = (await signIn(app, 'eve', { password })).json<TokenResponse>()
    const { recoveryCodes } = await addDevice(app, clock, token)
    const [printed] = await runProgram(program.path, { ...environment, RECOVERY_CODE: recoveryCodes[0] })
    t.strictSame(printed, {
      location: '/auth/users/me',
      me: { isRegistered: true, name: 'Mary Somerville', email: null },
      isForEncryption: false,
      isOwnAccount: false,
      session: { seconds: 900, scope: 'account', type: 'bearer' },
      asJson: 'bearer',
      unfinished: ['totp', 'recovery_code'],
      isByEmail: false,
      finished: 'account',
      anonymous: 'not_authenticated',
      refreshed: true,
      sessions: [false, true],
      ended: { status: 204, left: 1 },
      unknown: 'not_found',
      keys: ['ES256'],
      grants: [
        'password',
        'urn:latchkey:grant-type:mfa',
        'urn:latchkey:grant-type:passkey',
        'refresh_token',
        'client_credentials',
      ],
      forbidden: 'insufficient_scope',
      stranger: 'invalid_client',
      after: 'invalid_token',
      wrong: 'invalid_grant',
      refused: ['/username'],
      taken: { status: 409, code: 'username_taken' },
      ready: 'ok',
    })
  })

  t.equal(guide.sections.length, 3)
  await compileGuide(workspace, guide)
  for (const { generator, installed } of guide.sections) {
    await t.test(`${generator.package}, as in the guide`, async (t) => {
      t.same(installed.sort(), [generator.package, ...generator.needs].sort())
      const { stdout } = await promisify(execFile)(runner, ['app.ts'], inFolder(join(workspace, generator.name)))
      t.equal(stdout, 'ada\n')
    })

    await t.test(`${generator.package} stays signed in, as in the guide`, async (t) => {
      await change("update users set name = null where username = 'ada'")
      const requests: string[] = []
      const note = ({ method, url }: { method?: string; url?: string }) => {
        requests.push(`${method} ${url}`)
        if (requests.length === 2) clock.advance(accessTokenLifetime)
      }
      app.server.prependListener('request', note)
      const { stdout } = await promisify(execFile)(runner, ['stay.ts'], inFolder(join(workspace, generator.name)))
      app.server.off('request', note)
      t.equal(stdout, 'Ada Lovelace\n')
      const update = 'PATCH /auth/users/me'
      t.strictSame(requests, ['POST /auth/token', update, 'POST /auth/token', update], 'a refresh and a second attempt')
    })
  }

  for (const { generator, name } of withoutWorkaround) {
    t.match(reports.get(name)?.errors.join('\n'), generator.shortcoming?.error, `${name} needs its workaround`)
  }
})

/** A section of docs/guides/generate-a-client.md. */
interface Section {
  generator: Generator
  /** The packages that it installs. */
  installed: string[]
  program: string
  /** The program that stays signed in. */
  stay: string
}

interface Guide {
  sections: Section[]
  tsconfig: string
  /** The program that explains errors. */
  explain: string
}

async function readGuide(): Promise<Guide> {
  const guide = await readFile('docs/guides/generate-a-client.md', 'utf8')
  const [, tsconfig = ''] = guide.match(/```json\n([^`]*)```/) ?? []
  const stays = codeIn(guide, 'Stay signed in')
  const [explain = ''] = codeIn(guide, 'Errors')
  const found = guide.matchAll(/^## .+\n\n```sh\n([^`]*)```\n\n`app\.ts`:\n\n```ts\n([\s\S]*?)```/gm)
  const sections = Array.from(found, ([, shell = '', program = ''], index) => {
    const lines = shell.trimEnd().split('\n')
    const generator = generators.find(({ command }) => command === lines.at(-1))
    if (generator === undefined) throw new Error(`This is the command of no generator: ${lines.at(-1)}`)
    const words = lines.slice(0, -1).flatMap((line) => line.replace('npm install ', '').split(' '))
    return { generator, installed: words.filter((word) => !word.startsWith('--')), program, stay: stays[index] ?? '' }
  })
  return { sections, tsconfig, explain }
}

/** The program in docs/guides/sessions.md that refreshes the tokens. */
async function readSession() {
  const [program = ''] = codeIn(await readFile('docs/guides/sessions.md', 'utf8'), 'In your app')
  return program
}

/** The TypeScript in a section of a page. */
function codeIn(page: string, heading: string): string[] {
  const [, section = ''] = page.split(new RegExp(`^#+ ${heading}$`, 'm'))
  const [own = ''] = section.split(/^#+ /m)
  return Array.from(own.matchAll(/```ts\n([\s\S]*?)```/g), ([, code = '']) => code)
}

/** Compiles the programs of the guides with the options that the guide recommends, and all at once. */
async function compileGuide(workspace: string, { sections, tsconfig }: Guide) {
  const include = sections.map(({ generator }) => `${generator.name}/*.ts`)
  const exclude = ['**/program.ts', '**/front-end.ts']
  await writeFile(join(workspace, 'guide.json'), JSON.stringify({ ...JSON.parse(tsconfig), include, exclude }))
  await promisify(exec)('tsc --project guide.json --pretty false', inFolder(workspace)).catch(({ stdout }) => {
    throw new Error(`The programs of the guides do not compile:\n${stdout}`)
  })
}

const mediaTypes = {
  form: 'application/x-www-form-urlencoded',
  'form, by your code': 'application/x-www-form-urlencoded',
  multipart: 'multipart/form-data',
  JSON: 'application/json',
}

async function createWorkspace(folder: string, projects: Project[]) {
  const programs = resolve('test/clients/programs/generators')
  await symlink(packages, join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await cp(join(programs, 'tsconfig.json'), join(folder, 'tsconfig.json'))
  await cp(join(programs, 'app.ts'), join(folder, 'app.ts'))
  for (const { generator, name } of projects) {
    await cp(join(programs, generator.name), join(folder, name), { recursive: true })
    await cp('openapi.json', join(folder, name, 'openapi.json'))
  }
  return folder
}

interface Report {
  /** What went wrong. */
  errors: string[]
  /** The stricter options with which the project does not compile. */
  failsWith: Set<string>
}

/** The reports by the names of their projects. */
type Reports = Map<string, Report>

/** Runs two generators at a time. */
async function generateAll(workspace: string, projects: Project[]): Promise<Reports> {
  const reports: Reports = new Map()
  const waiting = projects.values()
  async function generateNext() {
    for (const { generator, name, command } of waiting) {
      const folder = join(workspace, name)
      // Without npx, which takes longer than most generators.
      const local = command.replace(/^npx \S+/, await commandOf(generator))
      const errors = await promisify(exec)(local, inFolder(folder)).then(
        () => [],
        ({ message, stdout }) => [`${name}: ${message}\n${stdout}`],
      )
      await exposeErrors(folder)
      reports.set(name, { errors, failsWith: new Set() })
    }
  }
  await Promise.all([generateNext(), generateNext()])
  return reports
}

/** @returns the command that npx runs: the only one of a package, or the one that is named */
async function commandOf({ package: name, command }: Generator) {
  const { bin } = JSON.parse(await readFile(join(packages, name, 'package.json'), 'utf8'))
  const commands = Object.keys(bin)
  const [, called] = /^npx (\S+)/.exec(command) ?? []
  const found = called === name && commands.length === 1 ? commands[0] : commands.find((one) => one === called)
  if (found === undefined) throw new Error(`${name} has no command for npx ${called}.`)
  return found
}

/** Makes the compiler check generated code that it would skip. */
async function exposeErrors(folder: string) {
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith('.ts')) continue
    const path = join(folder, name)
    const source = await readFile(path, 'utf8')
    const checked = source.replace(/^\/\/ @ts-nocheck$/m, '')
    if (name.endsWith('.d.ts')) await writeFile(path.replace(/\.d\.ts$/, '.declarations.ts'), checked)
    else if (checked !== source) await writeFile(path, checked)
  }
}

/** Compiles all programs in one go, which costs less than each on its own, and adds to their reports. */
async function compile(workspace: string, reports: Reports) {
  const { stdout } = await promisify(exec)('tsc --project . --pretty false', inFolder(workspace)).catch((failure) => {
    if (failure.stdout === undefined || failure.killed) throw failure
    return failure
  })
  const output = String(stdout).trim()
  // The details of an error are indented.
  for (const error of output === '' ? [] : output.split(/\n(?=\S)/)) {
    const report = reports.get(error.split('/')[0] ?? '')
    if (report === undefined) throw new Error(`The compiler failed: ${error}`)
    const option = stricterOptions.find((name) => error.includes(`'${name}`))
    if (option === undefined) report.errors.push(error)
    else report.failsWith.add(option)
  }
}

/** How commands run: with those of the packages, without the network, and without files outside the scratch folder. */
function inFolder(cwd: string) {
  const env = {
    PATH: [join(packages, '.bin'), process.env.PATH].join(delimiter),
    HOME: process.env.TMPDIR,
    TMPDIR: process.env.TMPDIR,
    NODE_OPTIONS: `--import=${offline}`,
    DO_NOT_TRACK: '1',
  }
  return { cwd, env, maxBuffer, timeout: childTimeout }
}

/**
 * Bundles a program, because Node.js does not resolve imports without file extensions, which most generators write.
 * @returns the bundle, and the packages that the generated client imports
 */
async function bundleProgram(entry: string) {
  const path = `${entry}.js`
  const { metafile } = await bundle({
    entryPoints: [entry],
    outfile: path,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    metafile: true,
  })
  const generated = Object.entries(metafile.inputs).filter(([input]) => basename(input) !== basename(entry))
  const imported = generated.flatMap(([, { imports }]) => imports.filter(({ external }) => external))
  // esbuild's own helpers are `<runtime>`.
  const names = imported.map(({ path }) => path).filter((path) => path !== '<runtime>' && !isBuiltin(path))
  return { path, packages: [...new Set(names.map(nameOfPackage))] }
}

/** The name of a package, from an import of one of its modules or from the name with a version. */
function nameOfPackage(specifier: string) {
  const [name = ''] = /^(@[^/]+\/)?[^/@]+/.exec(specifier) ?? []
  return name
}
