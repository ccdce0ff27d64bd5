// @lane clients
import { exec } from 'node:child_process'
import { cp, readFile, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { build as bundle } from 'esbuild'
import t from 'tap'
import { minute, register, second, secretFor } from '../support/build.ts'
import { listeningAtItsOrigin } from '../support/listening.ts'
import { emptyFolder } from '../support/spawn.ts'
import { type Generator, generators, stricterOptions } from './generators.ts'
import { runProgram } from './support.ts'

const packages = resolve('test/clients/node_modules')
const runner = resolve('node_modules/.bin/tsx')
const run = promisify(exec)

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
const withoutMend: Project[] = generators
  .filter(({ shortcoming }) => shortcoming !== undefined)
  .map((generator) => ({ generator, name: `${generator.name}-default`, command: generator.command }))

t.test('clients that generators make from the document compile, and call the service', async (t) => {
  const workspace = await createWorkspace(await emptyFolder(t), [...projects, ...withoutMend])
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
  const reports = await generateAll(workspace, [...projects, ...withoutMend])
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
      const printed = await runProgram(await bundleProgram(join(workspace, name, 'program.ts')), environment)
      app.server.off('request', note)
      t.strictSame(printed, expected)
      t.strictSame([...encodings], [mediaTypes[generator.signIn]])
      const program = await readFile(join(workspace, name, 'program.ts'), 'utf8')
      const namesErrors = /\b(TokenRequestError|IssueToken400)\b/.test(program)
      t.equal(namesErrors, generator.errors === 'named by you', 'who names the types of errors')
      t.equal(/undefined,\s+undefined/.test(program), generator.queryParameters === 'by position')
    })
  }

  await t.test('a front end that uses most operations', async (t) => {
    const program = await bundleProgram(join(workspace, 'openapi-fetch', 'front-end.ts'))
    const [printed] = await runProgram(program, environment)
    t.strictSame(printed, {
      location: '/auth/users/me',
      me: { isRegistered: true, name: 'Mary Somerville', email: null },
      isForEncryption: false,
      isOwnAccount: false,
      session: { seconds: 900, scope: 'account', type: 'bearer' },
      asJson: 'bearer',
      anonymous: 'Not authenticated',
      refreshed: true,
      sessions: [false, true],
      ended: { status: 204, left: 1 },
      unknown: 'There is no such session.',
      keys: ['ES256'],
      grants: ['password', 'refresh_token', 'client_credentials'],
      forbidden: 'insufficient_scope',
      stranger: 'invalid_client',
      after: 'invalid_token',
      wrong: 'invalid_grant: Incorrect username or password',
      refused: ['/username must not be empty'],
      taken: { status: 409, code: 'username_taken', detail: 'The username is already taken. Choose another one.' },
      ready: 'ok',
    })
  })

  t.equal(guide.sections.length, 3)
  await compileGuide(workspace, guide)
  for (const { generator, installed } of guide.sections) {
    await t.test(`${generator.package}, as in the guide`, async (t) => {
      t.same(installed.sort(), [generator.package, ...generator.needs].sort())
      t.equal(await shell(`${runner} app.ts`, join(workspace, generator.name)), 'ada\n')
    })

    await t.test(`${generator.package} stays signed in, as in the guide`, async (t) => {
      await change("update users set name = null where username = 'ada'")
      const requests: string[] = []
      const note = ({ method, url }: { method?: string; url?: string }) => {
        requests.push(`${method} ${url}`)
        if (requests.length === 2) clock.advance(accessTokenLifetime)
      }
      app.server.prependListener('request', note)
      const printed = await shell(`${runner} stay.ts`, join(workspace, generator.name))
      app.server.off('request', note)
      t.equal(printed, 'Ada Lovelace\n')
      const update = 'PATCH /auth/users/me'
      t.strictSame(requests, ['POST /auth/token', update, 'POST /auth/token', update], 'a refresh and a second attempt')
    })
  }

  for (const { generator, name } of withoutMend) {
    t.match(reports.get(name)?.errors.join('\n'), generator.shortcoming?.error, `${name} needs its mend`)
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
  await shell(`${join(packages, '.bin/tsc')} --project guide.json`, workspace)
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

/** What is known of each project, under its name. */
type Reports = Map<string, Report>

/** Runs two generators at a time. */
async function generateAll(workspace: string, projects: Project[]): Promise<Reports> {
  const reports: Reports = new Map()
  const waiting = projects.values()
  async function generateNext() {
    for (const { generator, name, command } of waiting) {
      const program = join(packages, '.bin', await binaryOf(generator.package))
      // Without npx, which takes longer than most generators.
      const local = command.replace(/^npx \S+/, program)
      const errors = await shell(local, join(workspace, name)).then(
        () => [],
        ({ message }) => [message],
      )
      reports.set(name, { errors, failsWith: new Set() })
    }
  }
  await Promise.all([generateNext(), generateNext()])
  return reports
}

/** @returns the name of a package's only command, which npx runs */
async function binaryOf(name: string) {
  const { bin } = JSON.parse(await readFile(join(packages, name, 'package.json'), 'utf8'))
  return String(Object.keys(bin)[0])
}

/** Compiles all programs in one go, which costs less than each on its own, and adds to their reports. */
async function compile(workspace: string, reports: Reports) {
  const compiler = join(packages, '.bin/tsc')
  const { stdout } = await run(`${compiler} --project . --pretty false`, { cwd: workspace }).catch((failure) => failure)
  // The details of an error are indented.
  for (const error of String(stdout)
    .trim()
    .split(/\n(?=\S)/)) {
    const report = reports.get(error.split('/')[0] ?? '')
    if (report === undefined) throw new Error(`The compiler failed: ${error}`)
    const option = stricterOptions.find((name) => error.includes(`'${name}`))
    if (option === undefined) report.errors.push(error)
    else report.failsWith.add(option)
  }
}

/** Runs a command in a folder. @returns its standard output */
async function shell(command: string, cwd: string) {
  const env = { PATH: process.env.PATH, DO_NOT_TRACK: '1' }
  const { stdout } = await run(command, { cwd, env }).catch(({ stdout, stderr }) => {
    throw new Error(`${command} failed:\n${stdout}${stderr}`)
  })
  return stdout
}

/** Node.js does not resolve imports without file extensions, which most generators write. */
async function bundleProgram(path: string) {
  const outfile = `${path}.js`
  await bundle({ entryPoints: [path], outfile, bundle: true, packages: 'external', platform: 'node', format: 'esm' })
  return outfile
}
