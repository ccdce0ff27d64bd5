import t from 'tap'
import { build, buildWithSql, secretFor } from '../../support/build.ts'
import { readableTextColor } from '../../../src/lib/readable-text-color.ts'
import { faultsOf, inputOf, inTwoMails, newPassword, pageOf, postPage } from '../../support/pages.ts'

const fill = 'Please fill this in.'
const wrongCode = 'It is not the right one for this name, or too old. Look at both again, or send another mail.'
const wrongCodeOrPassword =
  'The code is wrong or has expired, or the name and the password do not match. Check all three.'

t.test(
  'an error is shown beside its field, which has the focus, and what was typed is kept except the password',
  async (t) => {
    const { app, mailbox } = await build(t)
    const { verification, reset } = await inTwoMails({ app, mailbox })
    const wrong = '00000000'
    const cases: [Parameters<typeof postPage>[1], Record<string, string>, Record<string, string>][] = [
      ['reset-password', { intent: 'request', username: ' ' }, { username: fill }],
      ['reset-password', { intent: 'set' }, { username: fill, code: fill, new_password: fill }],
      ['reset-password', { intent: 'set', username: 'ada', code: wrong, new_password: '' }, { new_password: fill }],
      [
        'reset-password',
        { intent: 'set', username: 'ada', code: wrong, new_password: newPassword },
        { code: wrongCode },
      ],
      [
        'reset-password',
        { intent: 'set', username: 'ada', code: wrong, new_password: 'short' },
        { new_password: 'It must have at least 8 characters: use several words.' },
      ],
      [
        'reset-password',
        { intent: 'set', username: 'ada', code: wrong, new_password: `${secretFor('ada')}\0` },
        { new_password: 'It holds characters that cannot be typed: type it anew.' },
      ],
      [
        'reset-password',
        { intent: 'set', username: 'a'.repeat(1025), code: wrong, new_password: newPassword },
        { username: 'It is too long.' },
      ],
      ['reset-password', { intent: 'set', token: reset.token }, { new_password: fill }],
      [
        'reset-password',
        { intent: 'set', token: reset.token, new_password: 'ada@example.com' },
        {
          new_password:
            'It is too similar to your name, your e-mail address or the name of this service: add unrelated words.',
        },
      ],
      [
        'reset-password',
        { intent: 'set', token: reset.token, new_password: 'password1234' },
        {
          new_password: 'It is a common password, which attackers guess first: use several unrelated words.',
        },
      ],
      ['verify-email', { intent: 'request' }, { username: fill }],
      ['verify-email', { intent: 'confirm', username: 'ada' }, { code: fill, password: fill }],
      [
        'verify-email',
        { intent: 'confirm', username: 'ada', code: wrong, password: secretFor('ada') },
        { code: wrongCodeOrPassword },
      ],
      [
        'verify-email',
        { intent: 'confirm', username: 'ada', code: verification.code, password: secretFor('grace') },
        { password: 'It is not the password of an account with this name.' },
      ],
      ['verify-email', { intent: 'confirm', token: verification.token }, { password: fill }],
      [
        'verify-email',
        { intent: 'confirm', token: verification.token, password: secretFor('grace') },
        { password: 'It is not the password of this account.' },
      ],
    ]
    for (const [page, fields, faults] of cases) {
      const response = await postPage(app, page, fields)
      const what = JSON.stringify(Object.keys(fields))
      t.equal(response.statusCode, 400, what)
      t.strictSame(faultsOf(response), faults, what)
      for (const [index, field] of Object.keys(faults).entries()) {
        t.match(
          inputOf(response, field),
          new RegExp(`aria-describedby="${field}-note" aria-invalid="true"${index === 0 ? ' autofocus>' : '>'}`),
        )
      }
      t.equal(response.body.match(/autofocus/g)?.length, 1)
      for (const field of ['username', 'code'] as const) {
        const typed = fields[field]?.trim()
        if (typed !== undefined) t.match(inputOf(response, field), ` value="${typed}"`)
      }
      t.notMatch(response.body, 'not-for-logs')
    }
  },
)

t.test('a wrong code looks the same for an unknown username', async (t) => {
  const { app, mailbox } = await build(t)
  await inTwoMails({ app, mailbox })
  for (const [page, field] of [
    ['reset-password', 'new_password'],
    ['verify-email', 'password'],
  ] as const) {
    const responses = await Promise.all(
      ['ada', 'eve'].map((username) =>
        postPage(app, page, {
          intent: field === 'password' ? 'confirm' : 'set',
          username,
          code: '00000000',
          [field]: newPassword,
        }),
      ),
    )
    const [one, other] = responses.map(({ statusCode, body }) => `${statusCode} ${body.replaceAll(/ada|eve/g, '…')}`)
    t.equal(one, other)
  }
})

t.test('all input is shown as text', async (t) => {
  const { app } = await build(t, { environment: { PRODUCT_NAME: "Zoë & Söhne's `$&` 🔑" } })
  const markup = "\"><script>alert(1)</script>' onfocus='x"
  for (const [page, intent] of [
    ['reset-password', 'set'],
    ['verify-email', 'confirm'],
  ] as const) {
    const { body } = await postPage(app, page, {
      intent,
      username: markup,
      code: markup,
      password: newPassword,
      new_password: newPassword,
    })
    t.equal(body.split(' value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39; onfocus=&#39;x"').length, 3)
    t.equal(body.match(/<script/g)?.length, 1)
    t.ok(body.includes(' - Zoë &amp; Söhne&#39;s `$&amp;` 🔑</title>'))
  }
})

t.test('text on every product colour is readable', async (t) => {
  for (const color of [
    '#2f6f4f',
    '#000000',
    '#ffffff',
    '#FFE14D',
    '#777777',
    '#767676',
    '#ff0000',
    '#0000ff',
    '#00ff00',
    '#808080',
  ]) {
    t.ok(contrastOf(color, readableTextColor(color)) >= 4.5, color)
  }
  t.equal(readableTextColor('#2f6f4f'), '#ffffff')
  const { app } = await build(t, { environment: { PRODUCT_COLOR: '#FFE14D' } })
  t.match((await app.inject('/auth/reset-password')).body, '--brand: #FFE14D; --on-brand: #000000')
})

/** Contrast by WCAG 2.2, 1.4.3. Unlike the product, it calculates in 8-bit steps. */
function contrastOf(one: string, other: string) {
  const [light = 0, dark = 0] = [one, other]
    .map((color) => {
      const parts = color.match(/[0-9a-f]{2}/gi)?.map((hex) => Number(`0x${hex}`)) ?? []
      const [r = 0, g = 0, b = 0] = parts.map((part) =>
        part <= 10 ? part / 3294.6 : ((part + 14.025) / 269.025) ** 2.4,
      )
      return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
    })
    .toSorted((a, b) => b - a)
  return light / dark
}

t.test('without a database a page responds with 503 and Retry-After, and reveals no cause', async (t) => {
  const { app, mailbox, change } = await buildWithSql(t, 'postgres')
  const { verification, reset } = await inTwoMails({ app, mailbox })
  await change(
    "do $$ begin execute format('alter database %I set default_transaction_read_only = on', " +
      'current_database()); end $$',
  )
  await change(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid ' +
      '<> pg_backend_pid()',
  )
  for (const [page, fields] of [
    ['reset-password', { intent: 'request', username: 'ada' }],
    ['reset-password', { intent: 'set', token: reset.token, new_password: newPassword }],
    ['verify-email', { intent: 'confirm', token: verification.token, password: secretFor('ada') }],
    ['verify-email', { intent: 'reject', token: verification.token }],
  ] as const) {
    const response = await postPage(app, page, fields)
    t.equal(pageOf(response), '503 Not just now')
    t.match(response.headers, { 'retry-after': '1', 'content-type': 'text/html; charset=utf-8' })
    t.notMatch(response.body, /read-only|terminat|transaction/i)
  }
})
