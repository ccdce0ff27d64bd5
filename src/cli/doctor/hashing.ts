import { readArgon2Build } from '../../passwords/index.ts'
import type { Installation } from './circumstances.ts'
import { type Finding, note, orOk, warning } from './finding.ts'

/** OWASP Password Storage Cheat Sheet, argon2id: KiB and passes, each of which is enough. */
const leastCosts = [
  [47104, 1],
  [19456, 2],
  [12288, 3],
  [9216, 4],
  [7168, 5],
] as const

export async function checkHashing({
  config: {
    hashing: { memoryKib, passes, lanes },
    hashConcurrency,
  },
  cores,
}: Installation): Promise<Finding[]> {
  return orOk(
    [
      ...judgeCost(memoryKib, passes),
      ...judgeLanes(lanes, cores),
      ...judgeConcurrency(hashConcurrency, cores),
      ...(await judgeBuild()),
    ],
    `A hash costs ${memoryKib} KiB and ${passes} passes; ${hashConcurrency} are computed at a time.`,
  )
}

function judgeCost(memoryKib: number, passes: number): Finding[] {
  if (leastCosts.some(([leastKib, leastPasses]) => memoryKib >= leastKib && passes >= leastPasses)) return []
  return [
    warning(
      `A password hash costs ${memoryKib} KiB and ${passes} passes, less than OWASP's minimum: who has the database tries passwords too fast.`,
      'ARGON2_MEMORY_KIB=19456 and ARGON2_TIME=2, the defaults; hashes are made anew as people sign in.',
    ),
  ]
}

function judgeLanes(lanes: number, cores: number): Finding[] {
  if (lanes <= cores) return []
  return [
    warning(
      `A password hash has ${lanes} lanes and this machine ${cores} cores: one sign-in holds up the next.`,
      'ARGON2_PARALLELISM=1, the default.',
    ),
  ]
}

function judgeConcurrency(concurrency: number, cores: number): Finding[] {
  if (concurrency <= cores) return []
  return [
    warning(
      `${concurrency} hashes are computed at a time, and there are ${cores} cores for them: everything else waits while people sign in.`,
      `HASH_CONCURRENCY=${cores}`,
    ),
  ]
}

/** The binary that comes with argon2 is made for every processor, and so for none. */
async function judgeBuild(): Promise<Finding[]> {
  const { couldBeFaster } = await readArgon2Build()
  return couldBeFaster
    ? [
        note(
          'argon2 runs as it was built for every processor; built for this one it hashes up to twice as fast.',
          'npm run build:argon2',
        ),
      ]
    : []
}
