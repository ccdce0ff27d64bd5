/*
 * Writes sbom.cdx.json, the contents of an installation (CycloneDX). It is generated from the lockfile, so it differs
 * between machines only in its date and serial number.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { installedFrom, readLock } from './installed.ts'
import { npm } from './npm.ts'

interface Component {
  'bom-ref': string
  name: string
}

interface Bom {
  metadata: { component: Component }
  components: Component[]
  dependencies: { ref: string; dependsOn: string[] }[]
}

const file = 'sbom.cdx.json'

const { stdout, stderr } = await npm('sbom', '--sbom-format=cyclonedx', '--package-lock-only')
if (stdout === '') throw new Error(stderr)
const { metadata, components, dependencies, ...rest }: Bom = JSON.parse(stdout)
const {
  name,
  version,
  dependencies: needed,
  peerDependencies,
  peerDependenciesMeta: peers = {},
} = JSON.parse(await readFile('package.json', 'utf8'))

const lock = await readLock()
const refs = new Set([
  metadata.component['bom-ref'],
  ...[...installedFrom(lock)].map((place) => `${place.split('node_modules/').at(-1)}@${lock[place]?.version}`),
])
const kept = components.filter((component) => refs.has(component['bom-ref']))

const missing = Object.keys({ ...needed, ...peerDependencies }).filter(
  (name) => peers[name]?.optional !== true && !kept.some((component) => component.name === name),
)
if (missing.length > 0) throw new Error(`${file} would lack ${missing.join(', ')}.`)

await writeFile(
  file,
  JSON.stringify(
    {
      ...rest,
      // npm names the project after its folder.
      metadata: { ...metadata, component: { ...metadata.component, name, version } },
      components: kept,
      dependencies: dependencies
        .filter(({ ref }) => refs.has(ref))
        .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) })),
    },
    null,
    2,
  ) + '\n',
)
console.log(`${file}: ${kept.length} packages.`)
