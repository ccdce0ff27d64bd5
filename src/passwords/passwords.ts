import type { Config } from '../config/index.ts'
import { readCommonPasswords } from './common-passwords.ts'
import { createHashQueue, type OnHash } from './hash-queue.ts'
import { createHashing } from './hashing.ts'
import { createPasswordRules } from './rules.ts'

interface Dependencies {
  config: Config
  /** Called for each hash that is rejected because the queue is full. */
  onRejected?: () => void
  /** Called after each hash. */
  onHash?: OnHash | undefined
}

export type Passwords = Awaited<ReturnType<typeof createPasswords>>

/** Hashes and verifies passwords in a bounded queue, and checks new passwords against the rules. */
export async function createPasswords({ config, onRejected = () => {}, onHash = () => {} }: Dependencies) {
  const { hashConcurrency: concurrency, hashing, hashQueueMs: queueMs, passwordMinLength: minLength } = config
  const { productName, publicUrl } = config
  const queue = createHashQueue({ concurrency, queueMs, onRejected, onHash })
  return {
    ...createHashing(hashing, queue),
    queue,
    rules: createPasswordRules({ minLength, productName, publicUrl, common: await readCommonPasswords() }),
  }
}
