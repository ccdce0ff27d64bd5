/*
 * The reference for sign-ins: argon2 alone, with the service's parameters from the environment, and as many
 * concurrent verifications as the load generator has concurrent requests.
 */
import argon2 from 'argon2'
import { settingsFromEnvironment } from '../src/config/index.ts'
import type { Load } from './load.ts'

export interface HashJob {
  inFlight: number
  seconds: number
}

const password = 'correct horse battery staple'
const { ARGON2_MEMORY_KIB, ARGON2_TIME } = process.env
const { argon2MemoryKib, argon2Time, argon2Parallelism } = settingsFromEnvironment({ ARGON2_MEMORY_KIB, ARGON2_TIME })
const stored = argon2.hash(password, {
  type: argon2.argon2id,
  memoryCost: argon2MemoryKib,
  timeCost: argon2Time,
  parallelism: argon2Parallelism,
})

process.on('message', async (job: HashJob) => {
  process.send?.(await verify(job))
})

async function verify({ inFlight, seconds }: HashJob): Promise<Load> {
  const digest = await stored
  const begin = performance.now()
  const end = begin + seconds * 1000
  let answered = 0
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (performance.now() < end) {
        await argon2.verify(digest, password)
        answered++
      }
    }),
  )
  return { answered, perSecond: (answered / (performance.now() - begin)) * 1000 }
}
