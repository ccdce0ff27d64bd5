import { EventEmitter, once } from 'node:events'
import t from 'tap'
import { askVerification, confirmEmail, nextProof, outcomeOf, sessionOf } from '../../support/verification.ts'
import { build, buildWithSql, onBoth, register, secretFor, type DatabaseKind } from '../../support/build.ts'

onBoth(
  t,
  'the response does not reveal whether there is an address to verify, and a signed-in user needs no username (P1, A1)',
  async (t, database) => {
    const built = await build(t, { database })
    const { app, mailbox } = built
    for (const username of ['ada', 'eve']) await register(app, username, { email: `${username}@example.com` })
    await register(app, 'bob')
    t.equal((await mailbox.collect(app)).length, 2)

    const summaryOf = ({ statusCode, headers, body }: Awaited<ReturnType<typeof askVerification>>) => ({
      statusCode,
      headers: { ...headers, date: '' },
      body,
    })
    const known = summaryOf(await askVerification(app, { username: 'eve' }))
    t.match(known, { statusCode: 202, body: '' })
    for (const username of ['\u200bada@example.com ', 'bob', 'nobody', 'nobody@example.com', ' @ ', 'x'.repeat(1024)]) {
      t.strictSame(summaryOf(await askVerification(app, { username })), known, username.slice(0, 20))
    }
    t.strictSame((await mailbox.collect(app)).map(({ to }) => to).toSorted(), ['ada@example.com', 'eve@example.com'])

    const withoutUsername = await askVerification(app, {})
    t.strictSame(
      [withoutUsername.statusCode, withoutUsername.json().errors],
      [400, [{ path: '/username', message: 'is required' }]],
    )
    t.equal(outcomeOf(await askVerification(app, {}, 'no token')), '401 invalid_token')
    await register(app, 'dan', { email: 'dan@example.com' })
    const { token } = await nextProof(built)
    const session = await sessionOf(app, 'dan')
    t.strictSame(summaryOf(await askVerification(app, {}, session)), known)
    const again = await nextProof(built)
    t.strictSame([again.mail.to, again.token], ['dan@example.com', token])

    t.equal(outcomeOf(await confirmEmail(app, { token }, session)), '204')
    t.strictSame(summaryOf(await askVerification(app, {}, session)), known)
    t.strictSame(await mailbox.collect(app), [], 'there is nothing left to verify')
  },
)

onBoth(
  t,
  'requests are accepted while the mail server hangs, and what callers typed is stored encrypted',
  async (t, database) => {
    const mail = new EventEmitter()
    const [underWay, released] = [once(mail, 'under way'), once(mail, 'released')]
    const sendMail = async () => {
      mail.emit('under way')
      await released
    }

    const { app, change, count, rows } = await buildWithSql(t, database, {}, { sendMail })
    await keepRequests(database, change)
    await register(app, 'ada', { email: 'ada@example.com' })
    const sending = app.latchkey.housekeep()
    await underWay

    for (const username of ['ada', 'unknown', secretFor('typed for a name')]) {
      t.equal((await askVerification(app, { username })).statusCode, 202)
    }
    const written = await rows('select * from written')
    t.equal(written.length, 4)
    t.notMatch(JSON.stringify(written), /\bada\b|unknown|not-for-logs/)
    const answering = app.latchkey.housekeep()
    while ((await count('mail_requests')) !== 0);
    t.equal(await count('outbox'), 2, 'requests are processed while a message is still being sent')
    mail.emit('released')
    await Promise.all([sending, answering])
  },
)

/** Copies each stored request to another table, because it is processed before the test can read it. */
async function keepRequests(database: DatabaseKind, change: (statement: string) => Promise<void>) {
  await change('create table written (purpose text, sealed text)')
  if (database === 'sqlite') {
    await change(
      'create trigger keeping after insert on mail_requests begin insert into written values (new.purpose, ' +
        'new.sealed); end',
    )
  } else {
    await change(
      'create function keep() returns trigger language plpgsql as $$ begin insert into written values ' +
        '(new.purpose, new.sealed); return new; end $$',
    )
    await change('create trigger keeping after insert on mail_requests for each row execute function keep()')
  }
}
