import { execFile } from 'node:child_process'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Builds an earlier version from the history of the repository, with the installed dependencies.
 * @param folder the folder for the version, which is created
 * @param lastMigration the last migration of this version
 * @returns the path of its command
 */
export async function buildPreviousVersion(folder: string, lastMigration: string): Promise<string> {
  const commit = await findPreviousVersion(lastMigration)
  await mkdir(folder)
  await run('bash', ['-c', 'git archive "$0" | tar -x -C "$1"', commit, folder])
  await symlink(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'))
  await run('npm', ['run', '-s', 'build'], { cwd: folder })
  return join(folder, 'dist/bin/latchkey.js')
}

/** @returns the commit to build: the named one, else the newest release, else the one before the last migration */
async function findPreviousVersion(lastMigration: string): Promise<string> {
  const { TEST_PREVIOUS_VERSION: named } = process.env
  if (named !== undefined) return named
  const [release] = await git('tag', '--list', 'v*', '--merged', 'HEAD~1', '--sort', '-version:refname')
  if (release !== undefined) return release
  const added = (await git('log', '--format=%H', '-S', `'${lastMigration}'`, '--', 'src/store/migrations.ts')).at(-1)
  if (added === undefined) throw new Error('The git history has no earlier version. Run: git fetch --unshallow')
  return `${added}~1`
}

async function git(...words: string[]): Promise<string[]> {
  const { stdout } = await run('git', words)
  return stdout.split('\n').filter(Boolean)
}
