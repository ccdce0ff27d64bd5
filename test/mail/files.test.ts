import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import t from 'tap'
import { build, createClock, register, minute } from '../support/build.ts'
import { createMailbox, linkOf } from '../support/mailbox.ts'
import { runCommand } from '../support/latchkey-command.ts'
import { emptyFolder } from '../support/spawn.ts'

t.test('without a mail server, messages are written to owner-only files whose paths are logged', async (t) => {
  const folder = await emptyFolder(t)
  const clock = createClock()
  const { app, lines } = await build(t, { clock, sendMail: undefined, environment: { DATA_DIR: folder } })
  for (const name of ['ada', 'bob']) {
    await register(app, name, { email: `${name}@example.com` })
    await app.latchkey.housekeep()
    clock.advance(minute)
  }
  const files = await readdir(join(folder, 'mail'))
  t.equal(files.length, 2)
  const mails = await Promise.all(
    files.toSorted().map(async (file) => simpleParser(await readFile(join(folder, 'mail', file)))),
  )
  t.strictSame(
    mails.map(({ to }) => [to].flat()[0]?.text),
    ['ada@example.com', 'bob@example.com'],
    'in the order of sending',
  )
  t.match(mails[0], {
    subject: 'Verify your e-mail address for Latchkey',
    from: { text: /no-reply@localhost/ },
    text: /Hello,/,
    html: /Hello,/,
  })
  t.match(mails[0]?.text, /^http:\/\/localhost:3000\/auth\/verify-email#ev_[\w-]{64}$/m)

  t.equal((await stat(join(folder, 'mail'))).mode & 0o777, 0o700)
  for (const file of files) t.equal((await stat(join(folder, 'mail', file))).mode & 0o777, 0o600)
  const entries = lines.map((line) => JSON.parse(line)).filter(({ file }) => file !== undefined)
  t.strictSame(
    entries.map(({ file }) => file).toSorted(),
    files.toSorted().map((file) => join(folder, 'mail', file)),
  )
  t.notMatch(lines.join(''), /ev_/)
})

t.test('mailed links are logged only if the host asks for it', async (t) => {
  const mailbox = createMailbox()
  const entries: string[] = []
  // Kept out of the lines that are searched for secrets, because the links are logged on purpose.
  const { app } = await build(t, {
    sendMail: mailbox.send,
    logMailLinks: true,
    logStream: { write: (line) => entries.push(line) },
  })
  await register(app, 'ada', { email: 'ada@example.com' })
  const [mail] = await mailbox.collect(app)
  const line = entries.map((line) => JSON.parse(line)).find(({ link }) => link !== undefined)
  t.match(line, { to: 'ada@example.com', subject: mail?.subject, link: linkOf(mail), code: /^\d{4} \d{4}$/ })
})

t.test('`latchkey dev`, which logs mailed links, is rejected in production', async (t) => {
  const { code, stderr } = await runCommand(t, { parameters: ['dev'], environment: { NODE_ENV: 'production' } })
  t.equal(code, 1)
  t.match(stderr, /^Latchkey did not start\.\n- .*logs password reset links.*NODE_ENV=production/)
})
