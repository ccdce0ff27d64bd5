// @lane processes
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { runCommand } from '../support/latchkey-command.ts'
import { emptyFolder, getMeAt, registerAt, signInAt, start } from '../support/spawn.ts'

t.test('the demo has the user johndoe with the password secret, warns about it, and leaves no files', async (t) => {
  const TMPDIR = await emptyFolder(t)
  const folder = await emptyFolder(t)
  await writeFile(
    join(folder, '.env'),
    'DATA_DIR=./kept\nDATABASE_URL=file:./kept.db\nSMTP_URL=smtp://127.0.0.1:1\nMAIL_FROM=accounts@example.com\n',
  )
  const environment = { TMPDIR, METRICS: 'on', METRICS_PORT: '0' }
  const demo = await start(t, { folder, parameters: ['demo'], environment, isKept: false })
  const metricsLine = demo.nextLogLine(/"metrics served"/)
  const logged = demo.nextLogLine(/"link":"http[^"]*verify-email#ev_/)
  const { url, docs } = await demo.ready()
  const shown = demo.output.stderr.join('\n')
  t.match(shown, /THIS IS A DEMO.*johndoe.*secret/)
  t.match(shown, /in memory/)
  t.match(shown, /open this link, .*:\n {2}http:\/\/localhost:\d+\/auth\/invitation#inv_/, 'also without a terminal')
  t.equal(demo.output.stderr.at(-1), `Latchkey is ready: ${docs}`)

  const response = await signInAt(url, 'johndoe', 'secret')
  t.equal(response.status, 200)
  const { access_token: token } = JSON.parse(await response.text())
  t.match(await (await getMeAt(url, token)).json(), { username: 'johndoe' })

  t.equal((await registerAt(url, 'ada', { email: 'ada@example.com' })).status, 201)
  t.match(await logged, { level: 30, to: 'ada@example.com' }, 'mailed links are logged')
  await metricsLine
  const [, metricsUrl = ''] = /"url":"(http:\/\/127\.0\.0\.1:\d+\/metrics)"/.exec(demo.output.stdout.join()) ?? []
  const metrics = await fetch(metricsUrl)
  t.equal(metrics.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  t.match(await metrics.text(), /^latchkey_sign_ins_total\{outcome="succeeded",.*\} 1$/m)
  t.equal((await fetch(`${url}/metrics`)).status, 404, 'the public port has no metrics')

  t.match(await readdir(TMPDIR), [/^latchkey-/], 'the demo’s files while it runs')
  demo.kill('SIGTERM')
  t.match(await demo.exited, { code: 0, signal: null })
  t.strictSame(await readdir(TMPDIR), [])
  t.strictSame(await readdir(folder), ['.env'], 'no data folder, no database of the settings and no messages')
})

t.test('the demo is rejected in production, by environment variable or .env', async (t) => {
  const folder = await emptyFolder(t)
  const rejectedByVariable = await runCommand(t, {
    folder,
    parameters: ['demo'],
    environment: { NODE_ENV: 'production' },
  })
  await writeFile(join(folder, '.env'), 'NODE_ENV=production\n')
  const rejectedByFile = await runCommand(t, { folder, parameters: ['demo'] })
  for (const { code, stdout, stderr } of [rejectedByVariable, rejectedByFile]) {
    t.equal(code, 1)
    t.equal(stdout, '', 'the server has not listened')
    t.match(stderr, /^Latchkey did not start\.\n- .*user with a known password.*NODE_ENV=production.*$/)
  }
})
