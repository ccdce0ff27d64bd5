// @lane processes
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import latchkey, { type SendMail } from '../../src/plugin.ts'
import { build, createClock, hour, minute, onBoth, register, second, secretFor } from '../support/build.ts'
import { createHost, mountOptions } from '../support/host.ts'
import { createMailbox } from '../support/mailbox.ts'
import { runCommand } from '../support/latchkey-command.ts'
import { emptyFolder, start } from '../support/spawn.ts'
import { placeOf } from '../support/forged-tokens.ts'
import { comingLater } from '../support/late-mails.ts'
import { buildSending, startSmtp } from '../support/smtp-server.ts'

t.test(
  'killed while five of twelve mails are being sent, and started again, it has lost none and sends the ' +
    'one that was taken once more',
  async (t) => {
    const folder = await emptyFolder(t)
    const environment = { DATA_DIR: join(folder, 'data'), DATABASE_URL: `file:${join(folder, 'data', 'latchkey.db')}` }
    // An hour ago, while no server was there, so that all are due now.
    const clock = createClock()
    clock.advance(-hour)
    const { app } = await build(t, {
      environment,
      clock,
      sendMail: async () => {
        throw new Error('not now')
      },
    })
    const names = Array.from({ length: 12 }, (_, index) => `ada${index}`)
    for (const name of names) await register(app, name, { email: `${name}@example.com` })
    await app.latchkey.housekeep()
    await app.close()

    const others = comingLater()
    const seen: string[] = []
    const smtp = await startSmtp(t, {
      // The first goes on; the others have got this far when it is taken, and no farther.
      onRcptTo: ({ address }, _session, callback) => {
        if (seen.push(address) === 5) others.come()
        if (seen.length === 1 || seen.length > 5) callback()
      },
      decide: async (count) => {
        if (count > 1) return
        await others.promise
        service.kill('SIGKILL')
        await service.exited
      },
    })
    const service = await start(t, { folder, environment: { SMTP_URL: smtp.url, MAIL_FROM: 'accounts@example.com' } })
    t.match(await service.exited, { signal: 'SIGKILL' })

    const { after, housekeep } = await buildSending(t, smtp.url, { environment })
    await housekeep()
    t.equal(smtp.deliveries.length, 8, 'the one that was taken, and those that nobody had in hand')
    await after(2 * minute)
    t.equal(smtp.deliveries.length, 13)
    const ids = smtp.deliveries.map(({ messageId, recipients }) => `${messageId} ${recipients[0]}`)
    t.strictSame(
      new Set(smtp.deliveries.flatMap(({ recipients }) => recipients)),
      new Set(names.map((name) => `${name}@example.com`)),
    )
    t.equal(new Set(ids).size, 12, 'under the same Message-ID')
    t.ok(ids.lastIndexOf(ids[0] ?? '') > 7)
    await after(hour)
    t.equal(smtp.deliveries.length, 13, 'and never again')
  },
)

onBoth(
  t,
  'a service that ends sends what it has begun to send, and leaves the rest to the next one',
  async (t, database) => {
    const { DATABASE_URL: databaseUrl, DATA_DIR: dataDir, MASTER_KEY: masterKey } = await placeOf(t, database)
    const mailbox = createMailbox()
    const release = comingLater()
    const open = async (sendMail: SendMail) => {
      const host = createHost(t)
      await host.register(latchkey, { ...mountOptions, databaseUrl, dataDir, masterKey, sendMail })
      // Those of what it has registered come next.
      host.addHook('preClose', async () => {
        setImmediate(release.come)
      })
      // Its timers alone keep no process alive.
      await host.listen()
      return host
    }
    const host = await open((mail) => mailbox.send(mail).then(() => release.promise))
    const names = Array.from({ length: 12 }, (_, index) => `ada${index}`)
    for (const name of names) await register(host, name, { email: `${name}@example.com` })
    // By itself, within a second.
    await mailbox.arrived(1)
    await host.close()

    const next = await open(mailbox.send)
    const before = mailbox.count()
    t.ok(before <= 5, `${before} were under way`)
    const sent = (await mailbox.collect(next)).map(({ to }) => to)
    t.strictSame(sent.toSorted(), names.map((name) => `${name}@example.com`).toSorted(), 'each of them once')
  },
)

onBoth(
  t,
  'after "latchkey keys reset" mails that wait are gone, and neither a former instance nor the next one ' +
    'stumbles over them',
  async (t, database) => {
    const place = await placeOf(t, database)
    const mailbox = createMailbox()
    const former = await build(t, {
      environment: place,
      sendMail: async () => {
        throw new Error('not now')
      },
    })
    await register(former.app, 'ada', { email: 'ada@example.com' })
    await former.app.latchkey.housekeep()
    const environment = { ...place, MASTER_KEY: secretFor('another master key') }
    t.match(await runCommand(t, { parameters: ['keys', 'reset'], environment }), { code: 0 })

    const { app, clock, lines } = await build(t, { environment, clock: former.clock, sendMail: mailbox.send })
    await register(former.app, 'bob', { email: 'bob@example.com' })
    await former.app.latchkey.housekeep()
    await register(app, 'amy', { email: 'amy@example.com' })
    clock.advance(10 * second)
    t.match(await mailbox.collect(app), { length: 1, 0: { to: 'amy@example.com' } })
    await former.app.latchkey.housekeep()
    t.match(
      lines.filter((line) => line.includes('"level":40')),
      { length: 1, 0: /sealed with another MASTER_KEY.*mail given up/ },
    )
  },
)

/** Sends a mail and verifies a bcrypt hash while no file can be opened, and again when one can. */
const whileFilesAreShort = `
  import { closeSync, openSync } from 'node:fs'
  const [folder, dist] = process.argv.slice(1)
  const { createTransport } = await import(dist + 'mail/index.js')
  const { readHash } = await import(dist + 'passwords/formats/formats.js')
  const send = await createTransport({ dataDir: folder, mailFrom: { name: '', address: 'a@example.com' } }, () => {})
  const mail = { id: '1', to: 'b@example.com', date: new Date(0), subject: 'Hello', text: 'Hello', html: 'Hello' }
  const hash = readHash('$2b$04$' + '.'.repeat(53))
  const attempt = (work) => work().then(() => 'done', ({ code }) => code)
  const both = async () => [await attempt(() => send(mail)), await attempt(() => hash.verify('password'))]
  const held = []
  try {
    for (;;) held.push(openSync('/dev/null'))
  } catch {}
  const short = await both()
  for (const file of held) closeSync(file)
  console.log(JSON.stringify([short, await both()]))
`

t.test('what failed for lack of file descriptors works when there are some again (X4)', async (t) => {
  const { stdout } = await promisify(execFile)('/bin/sh', [
    ...['-c', 'ulimit -n 1024 && exec "$0" "$@"', process.execPath, '--input-type=module', '-e', whileFilesAreShort],
    ...[await emptyFolder(t), new URL('../../dist/src/', import.meta.url).href],
  ])
  t.strictSame(JSON.parse(stdout), [
    ['EMFILE', 'EMFILE'],
    ['done', 'done'],
  ])
})
