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
import { deferred } from '../support/deferred.ts'
import { buildSending, startSmtp } from '../support/smtp-server.ts'

t.test(
  'a service killed while it sends five of twelve messages loses none, and repeats only the one already accepted',
  async (t) => {
    const folder = await emptyFolder(t)
    const environment = { DATA_DIR: join(folder, 'data'), DATABASE_URL: `file:${join(folder, 'data', 'latchkey.db')}` }
    // An hour ago, without a server, so that all messages are due now.
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

    const others = deferred()
    const seen: string[] = []
    const smtp = await startSmtp(t, {
      // The first delivery continues. The others have reached this step when it is accepted and wait here.
      onRcptTo: ({ address }, _session, callback) => {
        if (seen.push(address) === 5) others.resolve()
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
    t.equal(smtp.deliveries.length, 8, 'the accepted message and those that no sender had leased')
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
    t.equal(smtp.deliveries.length, 13, 'never again')
  },
)

onBoth(
  t,
  'a service that ends finishes the deliveries it has begun and leaves the rest to the next one',
  async (t, database) => {
    const { DATABASE_URL: databaseUrl, DATA_DIR: dataDir, MASTER_KEY: masterKey } = await placeOf(t, database)
    const mailbox = createMailbox()
    const release = deferred()
    const open = async (sendMail: SendMail) => {
      const host = createHost(t)
      await host.register(latchkey, { ...mountOptions, databaseUrl, dataDir, masterKey, sendMail })
      // The close hooks of the mount run next.
      host.addHook('preClose', async () => {
        setImmediate(release.resolve)
      })
      // Its timers alone do not keep a process alive.
      await host.listen()
      return host
    }
    const host = await open((mail) => mailbox.send(mail).then(() => release.promise))
    const names = Array.from({ length: 12 }, (_, index) => `ada${index}`)
    for (const name of names) await register(host, name, { email: `${name}@example.com` })
    // Sent by the timer within a second.
    await mailbox.arrived(1)
    await host.close()

    const next = await open(mailbox.send)
    const before = mailbox.count()
    t.ok(before <= 5, `${before} were being sent`)
    const sent = (await mailbox.collect(next)).map(({ to }) => to)
    t.strictSame(sent.toSorted(), names.map((name) => `${name}@example.com`).toSorted(), 'each message once')
  },
)

onBoth(
  t,
  'after `latchkey keys reset`, queued messages are dropped without an error in the old or the new instance',
  async (t, database) => {
    const place = await placeOf(t, database)
    const mailbox = createMailbox()
    const previous = await build(t, {
      environment: place,
      sendMail: async () => {
        throw new Error('not now')
      },
    })
    await register(previous.app, 'ada', { email: 'ada@example.com' })
    await previous.app.latchkey.housekeep()
    const environment = { ...place, MASTER_KEY: secretFor('another master key') }
    t.match(await runCommand(t, { parameters: ['keys', 'reset'], environment }), { code: 0 })

    const { app, clock, lines } = await build(t, { environment, clock: previous.clock, sendMail: mailbox.send })
    await register(previous.app, 'bob', { email: 'bob@example.com' })
    await previous.app.latchkey.housekeep()
    await register(app, 'amy', { email: 'amy@example.com' })
    clock.advance(10 * second)
    t.match(await mailbox.collect(app), { length: 1, 0: { to: 'amy@example.com' } })
    await previous.app.latchkey.housekeep()
    t.match(
      lines.filter((line) => line.includes('"level":40')),
      { length: 1, 0: /sealed with another MASTER_KEY.*mail delivery abandoned/ },
    )
  },
)

/** Sends a message and verifies a bcrypt hash while no file can be opened, and again when files can be opened. */
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

t.test('work that failed for lack of file descriptors succeeds once there are some again (X4)', async (t) => {
  const { stdout } = await promisify(execFile)('/bin/sh', [
    ...['-c', 'ulimit -n 1024 && exec "$0" "$@"', process.execPath, '--input-type=module', '-e', whileFilesAreShort],
    ...[await emptyFolder(t), new URL('../../dist/src/', import.meta.url).href],
  ])
  const [short, later] = JSON.parse(stdout)
  // Node 26 names the package.json that it could not open, not the reason.
  t.match(short, ['EMFILE', /^(EMFILE|ERR_INVALID_PACKAGE_CONFIG)$/])
  t.strictSame(later, ['done', 'done'])
})
