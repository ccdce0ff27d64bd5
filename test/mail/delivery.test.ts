import t from 'tap'
import latchkey, { type Mail } from '../../src/plugin.ts'
import {
  buildWithSql,
  createClock,
  hour,
  minute,
  onBoth,
  postForm,
  register,
  secretFor,
  second,
  signIn,
  type TokenResponse,
} from '../support/build.ts'
import { createHost, mountOptions } from '../support/host.ts'
import { linkOf } from '../support/mailbox.ts'
import { changePassword } from '../support/recovery.ts'
import { buildSending, refusal, startSmtp, type Delivery } from '../support/smtp-server.ts'

/** Every URL that a message's HTML links to or shows. */
const urlsIn = ({ html }: Delivery) => String(html).match(/https?:[^"<\s]+/g)

onBoth(
  t,
  'a message is sent once, with sender and recipient, as text and HTML with the same link and code',
  async (t, database) => {
    const smtp = await startSmtp(t)
    const { clock, write, housekeep, troubles } = await buildSending(t, smtp.url, { database })
    const people = { Zoë: 'Zoe@example.com', 李小龍: 'brüce@exämple.com', 'O.Brien-4': "o'brien+{tag}@example.com" }
    for (const [username, email] of Object.entries(people)) await write(username, email)
    await housekeep()
    await housekeep()

    t.equal(smtp.deliveries.length, 3)
    for (const [username, email] of Object.entries(people)) {
      const mail = smtp.deliveries.find(({ recipients }) => recipients[0] === email)!
      t.strictSame([mail.sender, mail.recipients], ['accounts@example.com', [email]])
      t.match(mail, {
        from: { value: [{ name: 'Example', address: 'accounts@example.com' }] },
        to: { value: [{ name: '', address: email }] },
      })
      t.equal(mail.subject, 'Verify your e-mail address for Example')
      t.equal(mail.date?.getTime(), Math.floor(clock.now() / second) * second, 'the time it was written')
      t.match(mail.messageId, /^<[0-9a-f-]{36}@example\.com>$/)
      t.equal(mail.headers.get('auto-submitted'), 'auto-generated')

      t.match(mail.headers.get('content-type'), { value: 'multipart/alternative' })
      const link = linkOf({ text: mail.text ?? '' })
      t.match(link, /^http:\/\/localhost:3000\/auth\/verify-email#ev_[\w-]{64}$/)
      t.strictSame(urlsIn(mail), [link, link], 'the button and the URL below it')
      const [code = ''] = /\d{4} \d{4}(?=\r?\n)/.exec(mail.text ?? '') ?? []
      t.match(mail.html, `>${code}</span>`)
      t.match(mail.text, /^Hello,\r?\n/)
      t.notMatch(mail.text, username, 'the address is not verified')
      t.ok(
        mail.raw.split('\r\n').every((line) => Buffer.byteLength(line) <= 78),
        'lines are at most 78 bytes (RFC 5322 2.1.1)',
      )
    }
    t.equal(new Set(smtp.deliveries.map(({ messageId }) => messageId)).size, 3)
    t.strictSame(troubles(), [])
  },
)

t.test('messages use the product’s name, whatever its characters, and its color', async (t) => {
  const smtp = await startSmtp(t)
  for (const [PRODUCT_NAME, MAIL_FROM, name] of [
    ["A&B's — 日本 &amp;", 'Café, Inc.: all <accounts@exämple.com>', 'Café, Inc.: all'],
    ['$& $1 {{x}} %s', 'accounts@example.com', '$& $1 {{x}} %s'],
  ] as const) {
    const { write, housekeep } = await buildSending(t, smtp.url, {
      environment: { PRODUCT_NAME, MAIL_FROM, PRODUCT_COLOR: '#A02050' },
    })
    await write('ada')
    await housekeep()
    const mail = smtp.deliveries.at(-1)!
    t.equal(mail.subject, `Verify your e-mail address for ${PRODUCT_NAME}`)
    t.strictSame(mail.from?.value, [{ name, address: MAIL_FROM.replace(/^.*<(.*)>$/, '$1') }])
    t.match(mail.text, `\n-- \n${PRODUCT_NAME}\n`)
    const escaped = PRODUCT_NAME.replaceAll('&', '&amp;').replaceAll("'", '&#39;')
    t.match(mail.html, `e-mail address of your ${escaped} account`)
    t.match(mail.html, 'background:#A02050;color:#ffffff')
    t.notMatch(mail.html, '#2f6f4f')
  }
})

t.test(
  'the transport authenticates; with a wrong password it retries, then gives up, and logs no secret',
  async (t) => {
    const password = secretFor('smtp: p@ss/word#1%')
    const smtp = await startSmtp(t, {
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (given, _session, callback) =>
        given.username === 'ada@example.com' && given.password === password
          ? callback(null, { user: given.username })
          : callback(refusal(535, `5.7.8 ${given.username} gave a wrong password`)),
    })
    const urlWith = (password: string) =>
      `smtp://ada%40example.com:${encodeURIComponent(password)}@127.0.0.1:${smtp.port}`
    const right = await buildSending(t, urlWith(password))
    await right.write('grace')
    await right.housekeep()
    t.match(smtp.deliveries, [{ recipients: ['grace@example.com'], session: { user: 'ada@example.com' } }])

    const wrong = await buildSending(t, urlWith(secretFor('wrong')))
    await wrong.write('alan')
    await wrong.housekeep()
    const retried = { msg: 'mail delivery failed, retry scheduled', level: 40, kind: 'verify_email' }
    t.match(wrong.troubles(), [
      { ...retried, attempts: 1, reason: /^Invalid login: 535 5\.7\.8 … gave a wrong password/ },
    ])
    for (let hours = 0; hours < 24; hours += 4) await wrong.after(4 * 60 * minute)
    const troubleLines = wrong.troubles()
    t.match(troubleLines.at(-1), { msg: 'mail delivery abandoned', kind: 'verify_email' })
    t.ok(troubleLines.slice(0, -1).every(({ msg }) => msg === retried.msg))
    t.equal(smtp.deliveries.length, 1)
    t.notMatch([...right.lines, ...wrong.lines].join(''), /ev_|#|@|%40|not-for-logs|verify-email/)
  },
)

t.test('a host delivers messages itself, and a delivery that throws is retried', async (t) => {
  const clock = createClock()
  const delivered: Mail[] = []
  const host = createHost(t)
  await host.register(latchkey, {
    ...mountOptions,
    now: clock.now,
    sendMail: async (mail) => {
      if (delivered.push(mail) === 1) throw new Error('The queue is full.')
    },
  })
  await host.ready()
  await host.inject({
    method: 'POST',
    url: '/auth/users',
    payload: { username: 'ada', password: secretFor('ada'), email: 'ada@example.com' },
  })
  await host.latchkey.housekeep()
  clock.advance(10 * second)
  await host.latchkey.housekeep()
  await host.latchkey.housekeep()
  const [first, ...others] = delivered
  t.match(first, {
    to: 'ada@example.com',
    subject: 'Verify your e-mail address for Latchkey',
    text: /^Hello,\n/,
    html: /^<!doctype html>/,
    date: Date,
  })
  t.strictSame(others, [first], 'the same message with the same id')

  // JavaScript checks no types.
  await t.rejects(
    async () => createHost(t).register(latchkey, Object.assign({}, mountOptions, { sendMail: 'smtp://localhost' })),
    { code: 'start_refused', faults: ['sendMail must be a function that takes an e-mail'] },
  )
})

t.test('a username chosen by a stranger does not appear in messages to an unverified address (M2)', async (t) => {
  const { app, change, clock, mailbox } = await buildWithSql(t, 'sqlite')
  const username = 'Account locked - confirm at login.evil.example'
  await register(app, username, { email: 'victim@example.com', name: username })
  const mails = await mailbox.collect(app)
  t.match(mails, [{ to: 'victim@example.com', text: /^Hello,\n/ }])
  const { access_token: token } = (await signIn(app, username)).json<TokenResponse>()
  await app.inject({ method: 'POST', url: '/auth/password-reset', payload: { username } })
  await app.inject({
    method: 'POST',
    url: '/auth/token',
    remoteAddress: '198.51.100.9',
    headers: { 'user-agent': 'login.evil.example/1.0' },
    payload: { username, password: secretFor(username) },
  })
  await changePassword(app, token, { current: secretFor(username) })
  mails.push(...(await mailbox.collect(app)))
  t.ok(mails.length >= 3)
  t.notMatch(JSON.stringify(mails), /locked|evil/)

  await change('update users set email_verified = 1')
  await app.inject({ method: 'POST', url: '/auth/password-reset', payload: { username } })
  const [mail] = await mailbox.collect(app)
  t.match(
    mail?.text,
    'Hello Account locked - confirm at login.\u2060evil.\u2060example,',
    'mail programs make no link of it',
  )
  clock.advance(hour)
  const copied = 'Account locked - confirm at login.\u2060evil.\u2060example'
  t.equal((await postForm(app, '/auth/password-reset', { username: copied })).statusCode, 202)
  t.equal((await mailbox.collect(app)).length, 1, 'the name can be copied from the message')
})

t.test('the notice about a claimed address contains no text of the claimant (M2)', async (t) => {
  const { app, change, mailbox } = await buildWithSql(t, 'sqlite')
  await register(app, 'ada', { email: 'ada@example.com' })
  await change('update users set email_verified = 1')
  await mailbox.collect(app)
  await register(app, 'visit evil.example', { email: 'ada@example.com' })
  const mails = await mailbox.collect(app)
  t.match(mails, [{ to: 'ada@example.com', text: /^Hello ada,\n/ }])
  t.notMatch(JSON.stringify(mails), /evil/)
})
