import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import t from 'tap'
import { minute, onBoth, postForm, second, secretFor, signIn } from '../support/build.ts'
import { buildSending, refusal, startSmtp } from '../support/smtp-server.ts'

/** Milliseconds between attempts. */
const retryPausesMs = [10 * second, 30 * second, minute, 5 * minute, 15 * minute, 60 * minute, 4 * 60 * minute]

onBoth(
  t,
  'while the server is down, requests succeed and a message is retried with growing pauses',
  async (t, database) => {
    const before = await startSmtp(t)
    await before.close()
    const { app, write, housekeep, after, troubles } = await buildSending(t, before.url, { database })
    t.equal((await write('ada')).statusCode, 201)
    t.equal((await signIn(app, 'ada')).statusCode, 200)
    await housekeep()
    for (const [attempts, pause] of [...retryPausesMs, 4 * 60 * minute].entries()) {
      t.match(troubles(), {
        length: attempts + 1,
        [attempts]: { msg: 'mail delivery failed, retry scheduled', attempts: attempts + 1, reason: /ECONNREFUSED/ },
      })
      await after(pause - 1)
      t.equal(troubles().length, attempts + 1, `not sooner than ${pause / second} s`)
      await after(1)
    }
    t.equal((await signIn(app, 'ada')).statusCode, 200)

    const tried = troubles().length
    const { deliveries } = await startSmtp(t, { port: before.port })
    await after(4 * 60 * minute)
    await after(4 * 60 * minute)
    t.equal(troubles().length, tried)
    t.match(deliveries, { length: 1, 0: { recipients: ['ada@example.com'] } })
  },
)

t.test(
  'during an outage a reset request gets the usual response, and its message is given up when the link expires',
  async (t) => {
    const smtp = await startSmtp(t)
    const { app, write, housekeep, after, troubles, lines } = await buildSending(t, smtp.url)
    await write('ada')
    await housekeep()
    await smtp.close()
    const ask = (username: string) => app.inject({ method: 'POST', url: '/auth/password-reset', payload: { username } })
    const [known, unknown] = [await ask('ada'), await ask('nobody')]
    t.strictSame([known.statusCode, known.body], [202, ''])
    t.strictSame([unknown.statusCode, unknown.body], [202, ''])
    await housekeep()
    for (const pause of retryPausesMs.slice(0, 5)) await after(pause)
    const troubleLines = troubles()
    t.strictSame(
      troubleLines.map(({ msg }) => msg),
      [...Array(5).fill('mail delivery failed, retry scheduled'), 'mail delivery abandoned'],
      'a link is valid for half an hour',
    )

    const { deliveries } = await startSmtp(t, { port: smtp.port })
    await after(24 * 60 * minute)
    t.strictSame(deliveries, [])
    t.notMatch(lines.join(''), /pr_|reset-password#|ada@example/)
  },
)

t.test('a server that accepts connections and stays silent delays no request', async (t) => {
  const silent = createServer().listen(0, '127.0.0.1')
  t.teardown(() => silent.close())
  await once(silent, 'listening')
  const address = silent.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const { app, write, housekeep, troubles } = await buildSending(t, `smtp://127.0.0.1:${port}`)
  const connected: Promise<[Socket]> = once(silent, 'connection').then(([socket]) => [socket])
  await write('ada')
  const sending = housekeep()
  const [socket] = await connected

  for (const response of [
    await write('alan'),
    await app.inject({ method: 'POST', url: '/auth/password-reset', payload: { username: 'ada' } }),
  ]) {
    t.ok(response.statusCode < 300)
  }
  t.equal((await signIn(app, 'ada')).statusCode, 200)
  t.equal((await postForm(app, '/auth/token', { username: 'ada', password: secretFor('wrong') })).statusCode, 401)
  t.strictSame(troubles(), [], 'the message was being sent all the time')

  silent.on('connection', (socket) => socket.destroy())
  socket.destroy()
  await sending
  t.match(troubles()[0], { msg: 'mail delivery failed, retry scheduled', attempts: 1 })
})

for (const [response, isGivenUp] of [
  ['550 5.1.1', true],
  ['553 5.1.3', true],
  ['450 4.2.1', false],
  ['554 5.7.1', false],
  ['552 5.2.2', false],
  ['554 5.5.0', false],
  ['553 5.7.1', false],
  ['550 relay', false],
  ['550 5.1.8', false],
  ['530 5.7.0', false],
] as const) {
  t.test(`a recipient rejected with ${response} is ${isGivenUp ? 'given up at once' : 'retried'} (M1)`, async (t) => {
    const [code, status] = response.split(' ')
    const refusals: string[] = []
    const smtp = await startSmtp(t, {
      onRcptTo: ({ address }, _session, callback) => {
        if (!address.startsWith('ada') || refusals.push(address) > 1) return callback()
        return callback(refusal(Number(code), `${status} <${address}>: no, says ${address}`))
      },
    })
    const { write, housekeep, after, troubles, lines } = await buildSending(t, smtp.url)
    await write('ada')
    await write('alan')
    await housekeep()
    t.match(troubles(), {
      length: 1,
      0: {
        msg: isGivenUp ? 'mail delivery abandoned' : 'mail delivery failed, retry scheduled',
        level: 40,
        reason: new RegExp(`: ${response} … no, says …$`),
      },
    })
    t.match(
      smtp.deliveries,
      { length: 1, 0: { recipients: ['alan@example.com'] } },
      'other recipients get their messages',
    )
    for (const pause of retryPausesMs) await after(pause)
    t.strictSame([troubles().length, smtp.deliveries.length], [1, isGivenUp ? 1 : 2])
    t.notMatch(lines.join(''), /ada@|ev_/)
  })
}

t.test('a server that dies after accepting a message gets it once more under the same Message-ID', async (t) => {
  const smtp = await startSmtp(t, {
    decide: (count) => (count > 1 ? undefined : new Promise(() => smtp.breakConnections())),
  })
  const { write, housekeep, after, troubles } = await buildSending(t, smtp.url)
  await write('ada')
  await housekeep()
  t.match(troubles(), { length: 1, 0: { msg: 'mail delivery failed, retry scheduled' } })
  for (const pause of retryPausesMs) await after(pause)
  const [first, second, ...others] = smtp.deliveries
  t.strictSame([second?.messageId, second?.text, second?.date], [first?.messageId, first?.text, first?.date])
  t.strictSame(others, [])
})
