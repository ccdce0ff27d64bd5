// @lane packaging
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { build } from '../support/build.ts'
import { createDocumentedHost, hostDocuments, mountOptions } from '../support/host.ts'
import { documentNames } from '../support/openapi.ts'

const redocly = fileURLToPath(new URL('../../node_modules/.bin/redocly', import.meta.url))
const configuration = [
  'extends: [recommended]',
  'rules:',
  '  no-invalid-schema-examples: error',
  '  no-invalid-media-type-examples: error',
  // Without servers, clients use the URL of the document. With `/`, some request `//auth/token`.
  '  no-empty-servers: off',
].join('\n')

t.test('redocly reports no problem in the documents', async (t) => {
  const { app } = await build(t)
  for (const name of documentNames) t.strictSame(await problemsIn(t, (await app.inject(`/${name}`)).body), [], name)
})

t.test('a mount causes no problem in the document of its host', async (t) => {
  for (const version of ['OpenAPI 3.1', 'OpenAPI 3.0'] as const) {
    const app = await createDocumentedHost(t, hostDocuments[version], [{ ...mountOptions, openapi: true }])
    const problems = await problemsIn(t, JSON.stringify(app.swagger()))
    const own = /^#\/(info|paths\/~1shoes)\b/
    t.strictSame(
      problems.filter(({ location }) => !location.every(({ pointer }) => own.test(pointer))),
      [],
      version,
    )
    t.not(problems.length, 0, 'those of the host are found')
  }
})

interface Problem {
  location: { pointer: string }[]
}

/** Redocly exits with an error when it finds a problem; the report is on its output either way. */
async function problemsIn(t: Test, document: string): Promise<Problem[]> {
  const folder = t.testdir({ 'openapi.json': document, 'redocly.yaml': configuration })
  const { stdout } = await promisify(execFile)(process.execPath, [redocly, 'lint', 'openapi.json', '--format=json'], {
    cwd: folder,
    env: { PATH: process.env.PATH, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  }).catch((failure) => failure)
  const report = JSON.parse(stdout)
  t.match(report, { totals: { errors: Number, warnings: Number, ignored: 0 } })
  return report.problems
}
