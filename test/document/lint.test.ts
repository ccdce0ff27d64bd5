// @lane packaging
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { build } from '../support/build.ts'

const redocly = fileURLToPath(new URL('../../node_modules/.bin/redocly', import.meta.url))

t.test('redocly reports no problem in the document', async (t) => {
  const { app } = await build(t)
  const folder = t.testdir({
    'openapi.json': (await app.inject({ url: '/openapi.json' })).body,
    'redocly.yaml': [
      'extends: [recommended]',
      'rules:',
      '  no-invalid-schema-examples: error',
      '  no-invalid-media-type-examples: error',
      // Without servers, clients use the URL of the document. With `/`, some request `//auth/token`.
      '  no-empty-servers: off',
    ].join('\n'),
  })
  const report = await lint(folder)
  t.strictSame(report.problems, [])
  t.match(report.totals, { errors: 0, warnings: 0, ignored: 0 })
})

/** Redocly exits with an error when it finds a problem; the report is on its output either way. */
async function lint(folder: string): Promise<{ problems: unknown[]; totals: object }> {
  const { stdout } = await promisify(execFile)(process.execPath, [redocly, 'lint', 'openapi.json', '--format=json'], {
    cwd: folder,
    env: { PATH: process.env.PATH, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  }).catch((failure) => failure)
  return JSON.parse(stdout)
}
