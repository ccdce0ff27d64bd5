import type { Config } from '../config/index.ts'
import { readCommonPasswords } from './common-passwords.ts'
import { createHashQueue } from './hash-queue.ts'
import { createHashing } from './hashing.ts'
import { createPasswordRules } from './rules.ts'

interface Dependencies {
  config: Config
  /** Is called for each hash that found no room in the queue. */
  onRejected?: () => void
}

export type Passwords = Awaited<ReturnType<typeof createPasswords>>

/** Hashes passwords in a bounded queue, and judges new ones. */
export async function createPasswords({ config, onRejected = () => {} }: Dependencies) {
  const { hashConcurrency: concurrency, hashing, hashQueueMs: queueMs, passwordMinLength: shortest } = config
  const { productName, publicUrl } = config
  const queue = createHashQueue({ concurrency, queueMs, onRejected })
  return {
    ...createHashing(hashing, queue),
    queue,
    rules: createPasswordRules({ shortest, productName, publicUrl, common: await readCommonPasswords() }),
  }
}
