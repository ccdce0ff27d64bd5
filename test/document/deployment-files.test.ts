import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { parse, parseAllDocuments } from 'yaml'
import { environmentName, Settings, settingsFromEnvironment } from '../../src/config/index.ts'
import { toOAuthError, toProblem, unavailable } from '../../src/errors/index.ts'
import { secretFor } from '../support/build.ts'

/** How long the service may need to stop after DRAIN_SECONDS, which its description promises. */
const shutdownSeconds = 10

/** How long Traefik keeps an idle connection by default (`idleConnTimeout`). */
const traefikIdleSeconds = 90

interface Compose {
  services: Record<string, { environment?: Record<string, string>; stop_grace_period?: string; networks?: unknown }>
}

interface Container {
  ports: { name: string; containerPort: number }[]
  envFrom: { configMapRef?: { name: string }; secretRef?: { name: string } }[]
  [probe: `${string}Probe`]: {
    httpGet: { path: string; port: string }
    periodSeconds: number
    failureThreshold: number
  }
}

type Labels = Record<string, string>

interface Manifest {
  kind: string
  metadata: { annotations?: Labels }
  spec: {
    selector?: Labels & { matchLabels?: Labels }
    podSelector?: { matchLabels: Labels }
    template: {
      metadata: { labels: Labels; annotations: Labels }
      spec: { terminationGracePeriodSeconds: number; containers: [Container] }
    }
  }
}

const read = (file: string) => readFile(join('ops', file), 'utf8')

/** Reads lines such as `NAME=value`, without comments. */
const variablesIn = (text: string) =>
  Object.fromEntries(text.match(/^\w+=.*/gm)?.map((line) => line.split(/=(.*)/, 2)) ?? [])

const readServices = async () => (parse(await read('compose/compose.yaml')) as Compose).services

async function readCompose() {
  const services = await readServices()
  const values = { PUBLIC_HOST: 'auth.example.com', MASTER_KEY: secretFor('key'), POSTGRES_PASSWORD: secretFor('role') }
  return Object.entries(services)
    .filter(([name]) => name.startsWith('latchkey'))
    .map(([name, { environment = {}, stop_grace_period }]) => ({
      file: `compose.yaml, ${name}`,
      name,
      environment: Object.fromEntries(
        Object.entries(environment).map(([variable, value]) => [variable, interpolated(value, values)]),
      ),
      graceSeconds: Number(/^(\d+)s$/.exec(stop_grace_period ?? '')?.[1]),
    }))
}

/** Replaces `${NAME:?message}`, with which Compose demands a value. A default, as in `${NAME:-value}`, stays. */
function interpolated(text: string, values: Record<string, string>) {
  return text.replace(/\$\{(\w+):\?[^}]+\}/g, (whole, name: string) => values[name] ?? whole)
}

async function readUnit() {
  const text = await read('systemd/latchkey.service')
  const [, assignments = ''] = /^Environment=(.*)$/m.exec(text) ?? []
  const { NODE_ENV: _purpose, ...environment } = variablesIn(assignments.replaceAll(' ', '\n'))
  return { file: 'latchkey.service', environment, graceSeconds: Number(/^TimeoutStopSec=(\d+)$/m.exec(text)?.[1]) }
}

async function readManifests() {
  const files = (await readdir('ops/kubernetes')).filter((name) => /(?<!kustomization)\.yaml$/.test(name))
  const documents = await Promise.all(
    files.map(async (name) => parseAllDocuments(await read(`kubernetes/${name}`), { strict: true })),
  )
  const manifests = documents.flat().map((document) => {
    if (document.errors.length > 0) throw document.errors[0]
    return document.toJS() as Manifest
  })
  const deployment = manifests.find(({ kind }) => kind === 'Deployment')
  if (deployment === undefined) throw new Error('There is no Deployment.')
  return { files, manifests, pod: deployment.spec.template }
}

async function readPods() {
  const secrets = { MASTER_KEY: secretFor('key'), DATABASE_URL: 'postgres://latchkey@db.example.com/latchkey' }
  const { pod } = await readManifests()
  return {
    file: 'settings.env',
    environment: { ...variablesIn(await read('kubernetes/settings.env')), ...secrets },
    graceSeconds: pod.spec.terminationGracePeriodSeconds,
  }
}

t.test('the deployment files contain only valid settings', async (t: Test) => {
  const known = Object.keys(Settings.properties).map(environmentName)
  const deployments = [...(await readCompose()), await readUnit(), await readPods()]
  t.equal(deployments.length, 4)
  for (const { file, environment, graceSeconds } of deployments) {
    t.strictSame(
      Object.keys(environment).filter((name) => !known.includes(name)),
      [],
      file,
    )
    const { drainSeconds } = settingsFromEnvironment(environment)
    t.ok(graceSeconds >= drainSeconds + shutdownSeconds, `${file}: stopped before it has answered all requests`)
  }
})

t.test('the health checks request paths of the API at its port', async (t) => {
  const { paths } = JSON.parse(await readFile('openapi.json', 'utf8'))
  const { pod } = await readManifests()
  const [container] = pod.spec.containers
  const probes = (['startupProbe', 'livenessProbe', 'readinessProbe'] as const).map((name) => container[name]?.httpGet)
  const [, caddyPath = ''] = /^\s*health_uri (\S+)$/m.exec(await read('compose/Caddyfile')) ?? []
  for (const path of [...probes.map((probe) => probe?.path ?? ''), caddyPath]) t.ok(paths[path], path)
  for (const probe of probes) t.equal(probe?.port, 'http')

  const { port, metricsPort } = settingsFromEnvironment({})
  t.match(container.ports, [
    { name: 'http', containerPort: port },
    { name: 'metrics', containerPort: metricsPort },
  ])
  t.equal(pod.metadata.annotations['prometheus.io/port'], String(metricsPort))
})

t.test('an instance keeps serving until its health check has failed often enough', async (t) => {
  const { pod } = await readManifests()
  const { periodSeconds = NaN, failureThreshold = NaN } = pod.spec.containers[0].readinessProbe ?? {}
  const drainSecondsOf = ({ environment }: { environment: Record<string, string> }) =>
    settingsFromEnvironment(environment).drainSeconds
  t.ok(drainSecondsOf(await readPods()) >= periodSeconds * failureThreshold + 2)

  const caddySeconds = Number(/^\s*health_interval (\d+)s$/m.exec(await read('compose/Caddyfile'))?.[1])
  for (const instance of await readCompose()) t.ok(drainSecondsOf(instance) >= caddySeconds + 2, instance.name)
})

t.test('Caddy forwards to the instances of compose.yaml, and closes idle connections before they do', async (t) => {
  const caddyfile = await read('compose/Caddyfile')
  const instances = await readCompose()
  const { port, keepAliveTimeoutSeconds } = settingsFromEnvironment(instances[0]?.environment ?? {})
  const [, upstreams] = /^\s*reverse_proxy (.*) \{$/m.exec(caddyfile) ?? []
  t.equal(upstreams, instances.map(({ name }) => `${name}:${port}`).join(' '))
  t.ok(Number(/^\s*keepalive (\d+)s$/m.exec(caddyfile)?.[1]) < keepAliveTimeoutSeconds)
})

t.test('while no instance is ready, Caddy responds with the error of Latchkey', async (t) => {
  const caddyfile = await read('compose/Caddyfile')
  const error = unavailable()
  const [, status, body = ''] = /^\s*respond (\d+) \{\s*body `(.+)`$/m.exec(caddyfile) ?? []
  t.equal(Number(status), error.statusCode)
  t.strictSame(JSON.parse(body), { ...toProblem(error), ...toOAuthError(error) })
  t.match(caddyfile, `header Retry-After ${error.headers['retry-after']}\n`)
})

t.test('the instances of compose.yaml trust the address of Caddy and no other', async (t) => {
  const { caddy } = await readServices()
  for (const { name, environment } of await readCompose()) {
    t.strictSame(caddy?.networks, { default: { ipv4_address: environment['TRUST_PROXY'] } }, name)
  }
})

t.test('Traefik serves the API over https only, and closes idle connections before the pods do', async (t) => {
  const { manifests } = await readManifests()
  t.strictSame(manifests.find(({ kind }) => kind === 'Ingress')?.metadata.annotations, {
    'traefik.ingress.kubernetes.io/router.entrypoints': 'websecure',
    'traefik.ingress.kubernetes.io/router.tls': 'true',
  })
  const { environment } = await readPods()
  t.ok(traefikIdleSeconds < settingsFromEnvironment(environment).keepAliveTimeoutSeconds)
})

t.test('the manifests refer to each other', async (t) => {
  const { files, manifests, pod } = await readManifests()
  const kustomization = parse(await read('kubernetes/kustomization.yaml'))
  t.strictSame(kustomization.resources.toSorted(), files.toSorted())
  t.match(pod.spec.containers[0].envFrom, [{ configMapRef: { name: kustomization.configMapGenerator[0].name } }])
  const selectors = manifests.flatMap(({ kind, spec }) => {
    const labels = spec.selector?.matchLabels ?? spec.selector ?? spec.podSelector?.matchLabels
    return labels === undefined ? [] : [{ kind, labels }]
  })
  t.equal(selectors.length, 4)
  for (const { kind, labels } of selectors) t.strictSame(labels, pod.metadata.labels, kind)
})
