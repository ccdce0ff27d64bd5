// @lane processes
import { readdir, readFile, readlink } from 'node:fs/promises'
import { getPriority } from 'node:os'
import t from 'tap'
import { hashingPriority, lowerHashingPriority, poolSizeOf } from '../../src/passwords/hashing-priority.ts'
import { build, signedUp } from '../support/build.ts'
import { start } from '../support/spawn.ts'

const usual = getPriority()

t.test('a host keeps the priority of its threads', async (t) => {
  const { app } = await build(t)
  await signedUp(app, 'ada')
  t.same(new Set(await prioritiesOf(process.pid)), new Set([usual]))
})

t.test('the service hashes with a lower priority than it answers with', async (t) => {
  const { pid, ready } = await start(t)
  await ready()
  const priorities = await prioritiesOf(pid)
  t.equal(priorities.filter((priority) => priority === hashingPriority).length, 4)
  t.equal(priorities[0], usual, 'the first thread answers')
})

t.test('the threads of the pool are found, and they alone', async (t) => {
  t.equal(await lowerHashingPriority(4), 4)
  const links = await Promise.all(Array.from({ length: 40 }, () => readlink('/proc/thread-self')))
  for (const link of links) t.equal(getPriority(Number(link.split('/').at(-1))), hashingPriority)
  const priorities = await prioritiesOf(process.pid)
  t.equal(priorities.filter((priority) => priority === usual).length, priorities.length - 4)
})

t.test('the size of the pool is read as libuv reads it', async (t) => {
  for (const [given, size] of [
    [undefined, 4],
    ['16', 16],
    ['', 1],
    ['0', 1],
    ['many', 1],
    ['5000', 1024],
  ] as const) {
    t.equal(poolSizeOf({ UV_THREADPOOL_SIZE: given }), size, String(given))
  }
})

/** Of the threads of a process, the first one first (proc(5)). */
async function prioritiesOf(pid: number) {
  const threads = await readdir(`/proc/${pid}/task`)
  const texts = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8')))
  // After the name in brackets come fields 3 and on; 19 is the priority.
  return texts.map((text) => Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[16]))
}
