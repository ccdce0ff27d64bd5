import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import t from 'tap'
import { build, createClock, register, minute } from '../support/build.ts'
import { createMailbox, linkOf } from '../support/mailbox.ts'
import { runCommand } from '../support/latchkey-command.ts'
import { emptyFolder } from '../support/spawn.ts'

t.test('without a server mails are files, for their owner alone, and the log says where', async (t) => {
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
    'in their order',
  )
  t.match(mails[0], {
    subject: 'Confirm your e-mail address for Latchkey',
    from: { text: /no-reply@localhost/ },
    text: /Hello,/,
    html: /Hello,/,
  })
  t.match(mails[0]?.text, /^http:\/\/localhost:3000\/auth\/verify-email#ev_[\w-]{64}$/m)

  t.equal((await stat(join(folder, 'mail'))).mode & 0o777, 0o700)
  for (const file of files) t.equal((await stat(join(folder, 'mail', file))).mode & 0o777, 0o600)
  const told = lines.map((line) => JSON.parse(line)).filter(({ file }) => file !== undefined)
  t.strictSame(
    told.map(({ file }) => file).toSorted(),
    files.toSorted().map((file) => join(folder, 'mail', file)),
  )
  t.notMatch(lines.join(''), /ev_/)
})

t.test('the links of mails stand in the log where a host asks for it, and nowhere else', async (t) => {
  const mailbox = createMailbox()
  const told: string[] = []
  // Not among the lines that are searched for secrets: here they stand on purpose.
  const { app } = await build(t, {
    sendMail: mailbox.send,
    logMailLinks: true,
    logStream: { write: (line) => told.push(line) },
  })
  await register(app, 'ada', { email: 'ada@example.com' })
  const [mail] = await mailbox.collect(app)
  const line = told.map((line) => JSON.parse(line)).find(({ link }) => link !== undefined)
  t.match(line, { to: 'ada@example.com', subject: mail?.subject, link: linkOf(mail), code: /^\d{4} \d{4}$/ })
})

t.test('`latchkey dev`, which logs the links of mails, is rejected in production', async (t) => {
  const { code, stderr } = await runCommand(t, { parameters: ['dev'], environment: { NODE_ENV: 'production' } })
  t.equal(code, 1)
  t.match(
    stderr,
    /^Latchkey did not start\.\n- This shows in its log the links by which passwords are reset.*NODE_ENV=production/,
  )
})
