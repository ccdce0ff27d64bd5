import t from 'tap'
import { checkLogs } from '../../scripts/testing/check-logs.ts'
import { secretFor } from '../support/build.ts'

t.test('counts the lines of logs without secrets', async (t) => {
  const folder = t.testdir({ '1.log': '{"level":30}\n{"level":40}\n', '2.log': '{"level":30}\n', skipped: 'no log' })
  t.equal(await checkLogs(folder), 3)
})

t.test('takes no key ID for a secret', async (t) => {
  for (const start of ['eyJ', 'rt_']) {
    const folder = t.testdir({ '1.log': `${JSON.stringify({ kid: start.padEnd(43, 'a') })}\n` })
    t.equal(await checkLogs(folder), 1, start)
  }
})

t.test('finds a secret in any of the logs', async (t) => {
  for (const [what, secret] of Object.entries({
    password: secretFor('ada'),
    'uppercase password': secretFor('ada').toUpperCase(),
    'access token': 'eyJhbGciOiJFUzI1NiJ9.e30.x',
    'refresh token': `rt_${'a'.repeat(40)}`,
    'private key': '-----BEGIN PRIVATE KEY-----',
  })) {
    const folder = t.testdir({ '1.log': '{"level":30}\n', '2.log': `${JSON.stringify({ msg: `with ${secret}` })}\n` })
    await t.rejects(checkLogs(folder), { message: /^A secret was logged: / }, what)
  }
})

t.test('rejects a line that is not a JSON object', async (t) => {
  for (const line of ['plain text', '7', 'null']) {
    await t.rejects(checkLogs(t.testdir({ '1.log': `${line}\n` })), { message: /is not a JSON object/ }, line)
  }
})
