import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'

const locker = `
  import BetterSqlite from 'better-sqlite3'
  const database = new BetterSqlite(process.argv[1])
  database.exec('begin immediate')
  console.log('locked')
  process.stdin.once('end', () => { database.exec('commit'); database.close() }).resume()
`

/** Takes SQLite's write lock in another process and holds it until it is released. */
export async function lockedByAnother(t: Test, path: string) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', locker, path], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: import.meta.dirname,
  })
  const exited = once(child, 'exit')
  t.teardown(() => {
    child.kill()
  })
  await once(createInterface(child.stdout), 'line')
  return {
    release: async () => {
      child.stdin.end()
      await exited
    },
  }
}
