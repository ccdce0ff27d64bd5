// @lane packaging
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { freePort } from '../../scripts/free-port.ts'
import { installedFrom, readLock } from '../../scripts/installed.ts'

type Severity = 'critical' | 'high' | 'moderate'

t.test(
  'a serious vulnerability in an installed package fails the audit, even if a tool needs it as well',
  async (t) => {
    const { code, output, asked } = await audit(t, { fastify: 'high' })
    t.equal(code, 1)
    t.match(output, /^fastify .*\nSeverity: high\nA hole - https:\/\/example\.com\/advisory$/m)
    const installed = [...installedFrom(await readLock())].map((place) => place.split('node_modules/').at(-1))
    t.strictSame(
      installed.filter((name) => !asked.includes(String(name))),
      [],
      'the registry is asked about every package of an installation',
    )
  },
)

t.test('a less severe vulnerability is reported without failing, and tools are not audited', async (t) => {
  const { code, output, asked } = await audit(t, { tap: 'critical', pg: 'moderate' })
  t.equal(code, 0)
  t.match(output, /^pg .*\nSeverity: moderate$/m)
  t.notOk(asked.includes('tap'))
})

t.test('the absence of vulnerabilities is reported', async (t) => {
  const { code, output } = await audit(t, {})
  t.equal(code, 0)
  t.match(output, /^found 0 vulnerabilities$/m)
})

t.test('an unreachable registry does not fail the audit and is reported as not audited', async (t) => {
  for (const registry of ['refusing', 'silent'] as const) {
    const { code, output } = await audit(t, registry)
    t.equal(code, 0)
    t.match(output, /^NOT AUDITED: the registry could not be reached \(.*(405|ECONNREFUSED)/m)
    t.notMatch(output, /vulnerabilities$/m)
  }
})

/** Runs the audit against a registry that knows these vulnerabilities, rejects requests or is unreachable. */
async function audit(t: Test, known: Record<string, Severity> | 'refusing' | 'silent') {
  const asked: string[] = []
  const registry =
    known === 'silent'
      ? `http://127.0.0.1:${await freePort()}`
      : await serve(t, async (request, response) => {
          const isAsked = request.url?.endsWith('/advisories/bulk') === true
          if (known === 'refusing' || !isAsked) return response.writeHead(isAsked ? 405 : 404).end()
          asked.push(...Object.keys(await contentOf(request)))
          return response.setHeader('content-type', 'application/json').end(JSON.stringify(advisoriesOf(known)))
        })
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    npm_config_registry: registry,
    npm_config_offline: 'true',
    NO_PROXY: '127.0.0.1',
  }
  return new Promise<{ code: number | null; output: string; asked: string[] }>((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', 'scripts/audit.ts'],
      { env },
      (_error, stdout, stderr) => {
        resolve({ code: child.exitCode, output: stdout + stderr, asked })
      },
    )
  })
}

function advisoriesOf(known: Record<string, Severity>) {
  return Object.fromEntries(
    Object.entries(known).map(([name, severity], id) => [
      name,
      [
        {
          id,
          severity,
          title: 'A hole',
          url: 'https://example.com/advisory',
          vulnerable_versions: '*',
          cwe: [],
          cvss: { score: 0 },
        },
      ],
    ]),
  )
}

async function serve(t: Test, listener: RequestListener): Promise<string> {
  const port = await freePort()
  const server = createServer(listener).listen(port, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  return `http://127.0.0.1:${port}`
}

async function contentOf(request: IncomingMessage): Promise<object> {
  return JSON.parse(gunzipSync(await buffer(request)).toString())
}
