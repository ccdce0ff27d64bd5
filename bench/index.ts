/*
 * `npm run bench` measures the service in production mode and references in the same run. Service and reference take
 * turns, round by round, so that the noise of a shared machine affects both. It requires Linux, which reports the CPU
 * time of other processes. `npm run bench -- refresh` runs one part. With `--write`, the tables of a full run replace
 * those in docs/internals. The parts that take long, or need PostgreSQL, are not part of a full run and have tables of
 * their own: `npm run bench -- scale`. `npm run bench -- growth` fills databases with a million users and five million
 * sessions, or with as many as `--users` says. `npm run bench -- soak` takes 45 minutes, or as long as `--minutes`
 * says.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createCrowd, type Crowd } from './crowd.ts'
import { measureEnumeration } from './enumeration.ts'
import { measureGrowth } from './growth.ts'
import { measureIntrospection } from './introspection.ts'
import { measureJwks } from './jwks.ts'
import { measureMe } from './me.ts'
import { measureRefresh } from './refresh.ts'
import { type Part, reportOf, textOfTable, writeIntoPage } from './report.ts'
import { measureRevocation } from './revocation.ts'
import { measureRoundTrips, measureScale } from './scale.ts'
import { measureSignIn } from './sign-in.ts'
import { measureSoak } from './soak.ts'
import { measureStart } from './start.ts'
import { measurePostgresStorm } from './storm-postgres.ts'
import { measureStorm } from './storm.ts'
import { measureTotp } from './totp.ts'

const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'))
// PostgreSQL refuses to run as root, and its own user must be able to reach its data.
await chmod(folder, 0o711)
const inFolder = (name: string) => join(folder, name)

let crowd: Promise<Crowd> | undefined
/** Created when a part first needs it. */
function theCrowd() {
  crowd ??= createCrowd(inFolder('crowd'), 1000)
  return crowd
}

/** Access tokens live fifteen minutes, so the parts that use the crowd's tokens come first. */
const parts: Record<string, () => Promise<Part>> = {
  me: async () => measureMe(folder, await theCrowd()),
  introspection: async () => measureIntrospection(inFolder('introspection'), await theCrowd()),
  refresh: async () => measureRefresh(inFolder('refresh'), await theCrowd()),
  revocation: async () => measureRevocation(inFolder('revocation'), await theCrowd()),
  jwks: async () => measureJwks(inFolder('jwks'), await theCrowd()),
  'sign-in': () => measureSignIn(inFolder('sign-in')),
  totp: () => measureTotp(inFolder('totp')),
  enumeration: () => measureEnumeration(inFolder('enumeration')),
  start: async () => measureStart(await theCrowd(), inFolder('memory')),
}

/** The parts that are only measured when they are named, and the page of their tables. */
const separateParts: Record<string, { page: string; measure: () => Promise<Part> }> = {
  storm: { page: 'docs/internals/benchmarks.md', measure: () => measureStorm(inFolder('storm')) },
  'round-trips': { page: 'docs/operations/scaling.md', measure: () => measureRoundTrips(inFolder('round-trips')) },
  scale: { page: 'docs/operations/scaling.md', measure: () => measureScale(inFolder('scale')) },
  'storm-postgres': {
    page: 'docs/operations/scaling.md',
    measure: () => measurePostgresStorm(inFolder('storm-postgres')),
  },
  growth: {
    page: 'docs/internals/benchmarks.md',
    measure: () => measureGrowth(inFolder('growth'), { users, sessions: 5 * users, events: 2 * users }),
  },
  soak: { page: 'docs/internals/benchmarks.md', measure: () => measureSoak(inFolder('soak'), Number(minutes)) },
}

const {
  values: { write = false, users: usersOption = '1000000', minutes = '45' },
  positionals,
} = parseArgs({
  options: { write: { type: 'boolean' }, users: { type: 'string' }, minutes: { type: 'string' } },
  allowPositionals: true,
})
const users = Number(usersOption)
try {
  const results: Part[] = []
  for (const measurePart of chosenParts(positionals)) results.push(await measurePart())
  const report = reportOf(results)
  const tables = results.flatMap((part) => part.tables ?? [])
  console.log(`\n${[report, ...tables.map(textOfTable)].join('\n\n')}`)
  if (write) {
    const [place = 'bench'] = positionals
    const page = separateParts[place]?.page ?? 'docs/internals/benchmarks.md'
    await writeIntoPage(page, place, report)
    for (const table of tables) await writeIntoPage(page, table.place, textOfTable(table))
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

function chosenParts(names: string[]) {
  if (names.length === 0) return Object.values(parts)
  if (write && (names.length > 1 || separateParts[names[0] ?? ''] === undefined)) {
    throw new Error(`--write is for all parts together, or for one of ${Object.keys(separateParts).join(', ')}.`)
  }
  return names.map((name) => {
    const part = separateParts[name]?.measure ?? parts[name]
    if (part === undefined) {
      const all = [...Object.keys(parts), ...Object.keys(separateParts)]
      throw new Error(`There is no part ${name}. There are: ${all.join(', ')}.`)
    }
    return part
  })
}
