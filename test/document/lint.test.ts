// @lane packaging
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { build } from '../support/build.ts'
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

/** Redocly exits with an error when it finds a problem; the report is on its output either way. */
async function problemsIn(t: Test, document: string): Promise<unknown[]> {
  const folder = t.testdir({ 'openapi.json': document, 'redocly.yaml': configuration })
  const { stdout } = await promisify(execFile)(process.execPath, [redocly, 'lint', 'openapi.json', '--format=json'], {
    cwd: folder,
    env: { PATH: process.env.PATH, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  }).catch((failure) => failure)
  const report = JSON.parse(stdout)
  t.match(report, { totals: { errors: Number, warnings: Number, ignored: 0 } })
  return report.problems
}
