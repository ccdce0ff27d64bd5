import { readlink } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { promisify } from 'node:util'
import { deflate } from 'node:zlib'

const compress = promisify(deflate)

/**
 * As in setpriority(2). Ten steps are a tenth of the weight: enough for answers to come first, and
 * beside other programs on a busy machine people still get in.
 */
export const hashingPriority = 10

// Two or three find all threads of an idle machine.
const mostRounds = 100

/** How many threads libuv's pool has, which reads the variable when the pool is first used. */
export function poolSizeOf({ UV_THREADPOOL_SIZE: given }: NodeJS.ProcessEnv): number {
  if (given === undefined) return 4
  return Math.min(Math.max(Number.parseInt(given) || 1, 1), 1024)
}

/**
 * Gives the threads of libuv's pool, which hash, a lower priority than the one that answers, so that
 * no answer waits for a hash to have had its turn. For a process of our own alone: the pool works
 * for everybody in a process, and only the privileged can raise a priority again.
 * @returns how many threads it found; on systems other than Linux none, and all stays as it is
 */
export async function lowerHashingPriority(poolSize: number): Promise<number> {
  const threads = await findPoolThreads(poolSize).catch(() => new Set<number>())
  for (const thread of threads) lowerPriority(thread)
  return threads.size
}

/** By their own word: this link shows to each thread itself (proc(5)). */
async function findPoolThreads(poolSize: number) {
  const threads = new Set<number>()
  for (let round = 1; threads.size < poolSize && round <= mostRounds; round++) {
    const looks = Array.from({ length: 2 * poolSize }, () => Promise.all([readlink('/proc/thread-self'), someWork()]))
    for (const [link] of await Promise.all(looks)) {
      // 1234/task/1236; of another process it would be if /proc were another container's.
      const [owner, , thread = 0] = link.split('/').map(Number)
      if (owner === process.pid) threads.add(thread)
    }
  }
  return threads
}

/** About half a millisecond, or the first thread would look for all of them. */
function someWork() {
  return compress(Buffer.alloc(2 ** 18))
}

function lowerPriority(thread: number) {
  try {
    // A thread is a process to Linux, in this.
    setPriority(thread, hashingPriority)
  } catch {
    // Not allowed here, in some sandbox, or lower already.
  }
}
