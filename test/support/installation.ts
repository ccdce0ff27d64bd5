import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { keepLog } from './build.ts'

export const project = fileURLToPath(new URL('../..', import.meta.url))

/** Creates a folder outside the project, so that the project's modules are not found from there. */
export async function createFolder(t: Test) {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-package-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/**
 * Packs a copy of the project without previous builds, in which lie files that must not be packed.
 */
export async function pack(folder: string): Promise<{ tarball: string; files: string[] }> {
  const unwanted = ['node_modules', '.git', 'dist', '.tap', '.cache', 'data', '.env']
  await cp(project, folder, {
    recursive: true,
    filter: (path) => path === project || !unwanted.includes(basename(path)),
  })
  await symlink(join(project, 'node_modules'), join(folder, 'node_modules'))
  await mkdir(join(folder, 'data'))
  for (const trap of ['.env', '.npmrc', 'data/latchkey.db', 'data/master.key']) await writeFile(join(folder, trap), '')

  const [packed] = JSON.parse(await run('npm', ['pack', '--json'], folder))
  return { tarball: join(folder, packed.filename), files: packed.files.map(({ path }: { path: string }) => path) }
}

/**
 * Installs packages like `npm install`, with install scripts. SQLite comes prebuilt, as from its release page. A
 * version newer than the project's may have to be compiled, without optimization.
 */
export async function install(folder: string, ...packages: string[]) {
  await run('npm', ['install', '--ignore-scripts=false', ...packages], folder, {
    npm_config_better_sqlite3_local_prebuilds: await keepPrebuilt(folder),
    CFLAGS: '-O0',
    CXXFLAGS: '-O0',
    JOBS: '2',
  })
}

/** Packs the build of SQLite that the project uses. @returns the folder where `prebuild-install` finds it */
async function keepPrebuilt(folder: string) {
  const kept = join(folder, 'prebuilds')
  await mkdir(kept, { recursive: true })
  const version = await versionOf('better-sqlite3')
  const target = `node-v${process.versions.modules}-${process.platform}-${process.arch}`
  const name = `better-sqlite3-v${version}-${target}.tar.gz`
  await run(
    'tar',
    ['-czf', join(kept, name), 'build/Release/better_sqlite3.node'],
    join(project, 'node_modules/better-sqlite3'),
  )
  return kept
}

/** The version of a package with which the project is built and tested. */
export async function versionOf(name: string): Promise<string> {
  return JSON.parse(await readFile(join(project, 'node_modules', name, 'package.json'), 'utf8')).version
}

/** @returns what the command wrote to standard output */
export async function run(
  command: string,
  parameters: string[],
  folder: string,
  variables: NodeJS.ProcessEnv = {},
): Promise<string> {
  const child = spawn(command, parameters, { cwd: folder, env: { ...outside(), ...variables } })
  const written = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    written.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    written.stderr += text
  })
  const [code] = await once(child, 'close')
  if (code !== 0) {
    throw new Error(`${command} ${parameters.join(' ')} ended with ${code}:\n${written.stdout}${written.stderr}`)
  }
  return written.stdout
}

/**
 * Starts a program that prints the URL at which it listens.
 * @param ready matches that line on standard error, with the origin as its first group
 */
export async function start(
  t: Test,
  command: string,
  parameters: string[],
  folder: string,
  ready: RegExp,
  variables: NodeJS.ProcessEnv = {},
) {
  const child = spawn(command, parameters, { cwd: folder, env: { ...outside(), ...variables } })
  t.teardown(() => child.kill('SIGKILL'))
  child.stdout.setEncoding('utf8').on('data', keepLog)
  const said: string[] = []
  for await (const line of createInterface(child.stderr)) {
    said.push(line)
    const url = ready.exec(line)?.[1]
    if (url !== undefined) return { url, stop: () => stop(child) }
  }
  throw new Error(`${command} did not start:\n${said.join('\n')}`)
}

async function stop(child: ChildProcess) {
  child.kill('SIGTERM')
  const [code, signal] = await once(child, 'exit')
  return { code, signal }
}

/** The environment without tap's additions, which would be loaded into every process. */
function outside(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|NODE_V8_COVERAGE|_?TAP)/.test(name)),
  )
}
