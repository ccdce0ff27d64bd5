import t from 'tap'
import { build, buildWithSql, databaseOf, day, hour, minute, onBoth, register, secretFor } from '../build.ts'
import { createMailbox } from '../mailbox.ts'
import { emptyFolder, registerAt, run, start } from '../spawn.ts'
import { startSmtp } from './smtp.ts'

onBoth(t, 'a mail is written down with its cause, or not at all', async (t, database) => {
  const { app, mailbox, count } = await buildWithSql(t, database)
  const outcomes = await Promise.all(Array.from({ length: 20 }, (_, index) => register(app, 'ada', { email: `ada${index}@example.com` })))
  t.equal(outcomes.filter(({ statusCode }) => statusCode === 201).length, 1)
  t.equal((await mailbox.collect(app)).length, 1)
  t.equal(await count('mails'), 1)
  t.equal(await count('mail_requests'), 0)
})

onBoth(t, 'what waits in the database shows no link and no code', async (t, database) => {
  const { app, rows } = await buildWithSql(t, database, {}, { sendMail: async () => { throw new Error('not now') } })
  await register(app, 'ada', { email: 'ada@example.com' })
  await app.latchkey.housekeep()
  const [mails, codes] = [await rows('select * from mails'), await rows('select * from codes')]
  t.match(mails, [{ kind: 'verify email', sealed: String, tries: 1, sent_at: null }])
  t.match(codes, [{ purpose: 'verify email', sealed: String }])
  t.notMatch(JSON.stringify(mails), /ada|ev_|Hello|\d{4} \d{4}/)
  t.notMatch(JSON.stringify(codes), /ev_|"\d{8}"/)
})

onBoth(t, 'what was sent is forgotten after a day, and links that are over at once', async (t, database) => {
  const { app, clock, mailbox, count, rows } = await buildWithSql(t, database)
  await register(app, 'ada', { email: 'ada@example.com' })
  t.equal((await mailbox.collect(app)).length, 1)
  const [mail] = await rows('select sealed, due_at, sent_at from mails')
  t.match(mail, { sealed: null, due_at: null, sent_at: clock.now() })
  clock.advance(day - 1)
  await app.latchkey.housekeep()
  t.strictSame([await count('mails'), await count('codes')], [1, 1])
  clock.advance(1)
  await app.latchkey.housekeep()
  t.strictSame([await count('mails'), await count('codes')], [0, 0])
})

t.test('two instances over one PostgreSQL send each of fifty mails once', async (t) => {
  const environment = await databaseOf(t, 'postgres')
  const [one, other] = [createMailbox(), createMailbox()]
  const first = await build(t, { environment, sendMail: one.send })
  const second = await build(t, { environment, sendMail: other.send, clock: first.clock })
  await Promise.all(Array.from({ length: 50 }, (_, index) => register(first.app, `user${index}`, { email: `user${index}@example.com` })))
  await Promise.all([first.app.latchkey.housekeep(), second.app.latchkey.housekeep(), first.app.latchkey.housekeep()])
  const mails = [...await one.collect(first.app), ...await other.collect(second.app)]
  t.equal(mails.length, 50)
  t.equal(new Set(mails.map(({ to }) => to)).size, 50)
})

t.test('a mail whose sender died is sent once more, under the same Message-ID, after two minutes', async (t) => {
  const environment = await databaseOf(t, 'postgres')
  const [one, other] = [createMailbox(), createMailbox()]
  const death = comingLater()
  const dying = await build(t, { environment, sendMail: (mail) => one.send(mail).then(() => death.promise) })
  const living = await build(t, { environment, sendMail: other.send, clock: dying.clock })
  await register(dying.app, 'ada', { email: 'ada@example.com' })
  const lost = dying.app.latchkey.housekeep()
  await one.arrived(1)
  t.strictSame(await other.collect(living.app), [], 'it is being sent')
  dying.clock.advance(2 * minute)
  const [again, ...more] = await other.collect(living.app)
  t.equal(again?.to, 'ada@example.com')
  t.strictSame(more, [])
  death.come()
  await lost
  dying.clock.advance(hour)
  t.strictSame(await other.collect(living.app), [])
})

t.test('killed with mails that wait, and started again, each is sent; with another master key none is, and nothing breaks', async (t) => {
  const smtp = await startSmtp(t)
  const folder = await emptyFolder(t)
  const away = { SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'accounts@example.com' }
  const first = await start(t, { folder, environment: away })
  const { url } = await first.ready()
  for (const name of ['ada', 'bob', 'eve']) t.equal((await registerAt(url, name, { email: `${name}@example.com` })).status, 201)
  first.kill('SIGKILL')
  await first.exited

  const second = await start(t, { folder, environment: { ...away, SMTP_URL: smtp.url } })
  await second.ready()
  await smtp.arrived(3)
  t.strictSame(smtp.deliveries.flatMap(({ recipients }) => recipients).toSorted(), ['ada@example.com', 'bob@example.com', 'eve@example.com'])
  second.kill('SIGKILL')
  await second.exited

  const third = await start(t, { folder, environment: away })
  await registerAt((await third.ready()).url, 'zoe', { email: 'zoe@example.com' })
  third.kill('SIGTERM')
  await third.exited
  const environment = { MASTER_KEY: secretFor('another master key') }
  t.match(await run(t, { folder, parameters: ['keys', 'reset'], environment }), { code: 0 })
  const fourth = await start(t, { folder, environment: { ...environment, ...away, SMTP_URL: smtp.url } })
  await registerAt((await fourth.ready()).url, 'amy', { email: 'amy@example.com' })
  await smtp.arrived(4)
  t.strictSame(smtp.deliveries.at(-1)?.recipients, ['amy@example.com'])
  t.equal(smtp.deliveries.length, 4)
})

/** A promise that is kept when it is said. */
function comingLater () {
  let come = () => {}
  const promise = new Promise<void>((resolve) => { come = resolve })
  return { promise, come: () => come() }
}
