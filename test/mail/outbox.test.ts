import t from 'tap'
import type { Mail } from '../../src/plugin.ts'
import { build, buildWithSql, databaseOf, day, hour, minute, onBoth, register, second } from '../support/build.ts'
import { codeOf, createMailbox, tokenOf } from '../support/mailbox.ts'
import { deferred } from '../support/deferred.ts'

onBoth(t, 'a message is written in the same transaction as its cause', async (t, database) => {
  const { app, mailbox, count } = await buildWithSql(t, database)
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, index) => register(app, 'ada', { email: `ada${index}@example.com` })),
  )
  t.equal(outcomes.filter(({ statusCode }) => statusCode === 201).length, 1)
  t.equal((await mailbox.collect(app)).length, 1)
  t.equal(await count('outbox'), 1)
  t.equal(await count('mail_requests'), 0)
})

onBoth(
  t,
  'an unprocessable request holds up no message, and no table contains a link, code or input in plain text',
  async (t, database) => {
    const { mailbox, server, sendMail } = createFlakyServer()
    const { app, clock, change, rows } = await buildWithSql(t, database, {}, { sendMail })
    await register(app, 'ada', { email: 'ada@example.com' })
    await app.latchkey.housekeep()
    await change('alter table users rename to people')
    await app.inject({ method: 'POST', url: '/auth/password-reset', payload: { username: 'typed by mistake' } })

    const tables = ['people', 'sessions', 'one_time_tokens', 'outbox', 'mail_requests', 'retired_usernames', 'state']
    const held = Object.fromEntries(
      await Promise.all(tables.map(async (table) => [table, await rows(`select * from ${table}`)])),
    )
    t.match(held, {
      one_time_tokens: [{ purpose: 'verify_email', sealed: String }],
      outbox: [{ kind: 'verify_email', sealed: String, attempts: 1, sent_at: null }],
      mail_requests: [{ purpose: 'reset_password', sealed: String }],
    })

    server.isUp = true
    clock.advance(10 * second)
    await t.rejects(app.latchkey.housekeep())
    t.equal(mailbox.count(), 1)
    await change('alter table people rename to users')
    const [mail, ...others] = await mailbox.collect(app)
    t.strictSame([mail?.to, others], ['ada@example.com', []])
    for (const secret of [tokenOf(mail), codeOf(mail), 'Hello ada', 'typed by']) {
      t.notOk(JSON.stringify(held).includes(secret))
    }
  },
)

onBoth(t, 'a caller that triggers sending while messages are being sent waits for its own', async (t, database) => {
  const mailbox = createMailbox()
  const release = deferred()
  const { app } = await build(t, { database, sendMail: (mail) => mailbox.send(mail).then(() => release.promise) })
  await register(app, 'ada', { email: 'ada@example.com' })
  const first = app.latchkey.housekeep()
  await mailbox.arrived(1)
  await register(app, 'bob', { email: 'bob@example.com' })
  const both = mailbox.collect(app)
  release.resolve()
  t.strictSame((await both).map(({ to }) => to).toSorted(), ['ada@example.com', 'bob@example.com'])
  await first
})

onBoth(t, 'sent messages are deleted after a day, and expired links at once', async (t, database) => {
  const { app, clock, mailbox, count, rows } = await buildWithSql(t, database)
  await register(app, 'ada', { email: 'ada@example.com' })
  t.equal((await mailbox.collect(app)).length, 1)
  const [mail] = await rows('select sealed, due_at, sent_at from outbox')
  t.match(mail, { sealed: null, due_at: null, sent_at: clock.now() })
  clock.advance(day - 1)
  await app.latchkey.housekeep()
  t.strictSame([await count('outbox'), await count('one_time_tokens')], [1, 1])
  clock.advance(1)
  await app.latchkey.housekeep()
  t.strictSame([await count('outbox'), await count('one_time_tokens')], [0, 0])
})

onBoth(t, 'a message whose link has expired is not sent', async (t, database) => {
  const { mailbox, server, sendMail } = createFlakyServer()
  const { app, clock, rows } = await buildWithSql(t, database, {}, { sendMail })
  await register(app, 'ada', { email: 'ada@example.com' })
  await app.latchkey.housekeep()
  server.isUp = true
  clock.advance(day)
  t.strictSame(await mailbox.collect(app), [], 'the server was down while the link was valid')
  t.match(await rows('select * from outbox'), [], 'the row is deleted')
})

t.test('two instances over one PostgreSQL send each of fifty messages once', async (t) => {
  const environment = await databaseOf(t, 'postgres')
  const [one, other] = [createMailbox(), createMailbox()]
  const first = await build(t, { environment, sendMail: one.send })
  const second = await build(t, { environment, sendMail: other.send, clock: first.clock })
  await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      register(first.app, `user${index}`, { email: `user${index}@example.com` }),
    ),
  )
  await Promise.all([first.app.latchkey.housekeep(), second.app.latchkey.housekeep(), first.app.latchkey.housekeep()])
  const mails = [...(await one.collect(first.app)), ...(await other.collect(second.app))]
  t.equal(mails.length, 50)
  t.equal(new Set(mails.map(({ to }) => to)).size, 50)
})

t.test('a message whose sender died is sent once more after two minutes, under the same Message-ID', async (t) => {
  const environment = await databaseOf(t, 'postgres')
  const [one, other] = [createMailbox(), createMailbox()]
  const death = deferred()
  const dying = await build(t, { environment, sendMail: (mail) => one.send(mail).then(() => death.promise) })
  const living = await build(t, { environment, sendMail: other.send, clock: dying.clock })
  await register(dying.app, 'ada', { email: 'ada@example.com' })
  const lost = dying.app.latchkey.housekeep()
  await one.arrived(1)
  t.strictSame(await other.collect(living.app), [], 'the message is being sent')
  dying.clock.advance(2 * minute)
  const [again, ...more] = await other.collect(living.app)
  t.equal(again?.to, 'ada@example.com')
  t.strictSame(more, [])
  death.resolve()
  await lost
  dying.clock.advance(hour)
  t.strictSame(await other.collect(living.app), [])
})

/** A server that rejects every message until `isUp`. */
function createFlakyServer() {
  const server = { isUp: false }
  const mailbox = createMailbox()
  const sendMail = async (mail: Mail) => {
    if (!server.isUp) throw new Error('not now')
    await mailbox.send(mail)
  }
  return { mailbox, server, sendMail }
}
