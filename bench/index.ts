/*
 * `npm run bench` measures the service in production mode and references in the same run. Service and reference take
 * turns, round by round, so that the noise of a shared machine affects both. It requires Linux, which reports the CPU
 * time of other processes. `npm run bench -- refresh` runs one part. With `--write`, the tables of a full run replace
 * those in docs/internals. `npm run bench -- storm` takes ten minutes and is not part of a full run. Its tables are
 * separate.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createCrowd, type Crowd } from './crowd.ts'
import { measureEnumeration } from './enumeration.ts'
import { measureIntrospection } from './introspection.ts'
import { measureJwks } from './jwks.ts'
import { measureMe } from './me.ts'
import { measureRefresh } from './refresh.ts'
import { type Part, reportOf, writeIntoPage } from './report.ts'
import { measureRevocation } from './revocation.ts'
import { measureSignIn } from './sign-in.ts'
import { measureStart } from './start.ts'
import { measureStorm } from './storm.ts'
import { measureTotp } from './totp.ts'

const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'))
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

const storm = () => measureStorm(inFolder('storm'))

const {
  values: { write = false },
  positionals,
} = parseArgs({ options: { write: { type: 'boolean' } }, allowPositionals: true })
try {
  const results: Part[] = []
  for (const measurePart of chosenParts(positionals)) results.push(await measurePart())
  const report = reportOf(results)
  console.log(`\n${report}`)
  if (write) await writeIntoPage(report, positionals[0] ?? 'bench')
} finally {
  await rm(folder, { recursive: true, force: true })
}

function chosenParts(names: string[]) {
  if (names.length === 0) return Object.values(parts)
  if (write && names.join() !== 'storm') throw new Error('--write is for all parts together, and for the storm.')
  return names.map((name) => {
    const part = name === 'storm' ? storm : parts[name]
    if (part === undefined) {
      throw new Error(`There is no part ${name}. There are: ${Object.keys(parts).join(', ')}, storm.`)
    }
    return part
  })
}
