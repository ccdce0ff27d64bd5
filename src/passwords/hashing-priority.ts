import { readlink } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { promisify } from 'node:util'
import { deflate } from 'node:zlib'

const compress = promisify(deflate)

/**
 * A nice value (setpriority(2)). Ten steps are a tenth of the weight: responses come first, and sign-ins still succeed
 * beside other programs on a busy machine.
 */
export const hashingPriority = 10

// Two or three rounds find all threads of an idle machine.
const maxRounds = 100

/** The size of libuv's thread pool, which reads the variable when the pool is first used. */
export function poolSizeOf({ UV_THREADPOOL_SIZE: given }: NodeJS.ProcessEnv): number {
  if (given === undefined) return 4
  return Math.min(Math.max(Number.parseInt(given) || 1, 1), 1024)
}

/**
 * Lowers the priority of libuv's thread pool, which hashes, so that no response waits for a hash. Only for a process of
 * our own: a host shares the pool, and only privileged users can raise a priority again.
 * @returns the number of threads found; none on systems other than Linux, where nothing changes
 */
export async function lowerHashingPriority(poolSize: number): Promise<number> {
  const threads = await findPoolThreads(poolSize).catch(() => new Set<number>())
  for (const thread of threads) lowerPriority(thread)
  return threads.size
}

/** The link shows each thread its own identifier (proc(5)). */
async function findPoolThreads(poolSize: number) {
  const threads = new Set<number>()
  for (let round = 1; threads.size < poolSize && round <= maxRounds; round++) {
    const looks = Array.from({ length: 2 * poolSize }, () => Promise.all([readlink('/proc/thread-self'), someWork()]))
    for (const [link] of await Promise.all(looks)) {
      // The link is like 1234/task/1236. With the /proc of another container it names another process.
      const [owner, , thread = 0] = link.split('/').map(Number)
      if (owner === process.pid) threads.add(thread)
    }
  }
  return threads
}

/** Takes about half a millisecond; otherwise the first thread would do all the work. */
function someWork() {
  return compress(Buffer.alloc(2 ** 18))
}

function lowerPriority(thread: number) {
  try {
    // On Linux a thread has a priority of its own.
    setPriority(thread, hashingPriority)
  } catch {
    // A sandbox may forbid it, or the priority is lower already.
  }
}
