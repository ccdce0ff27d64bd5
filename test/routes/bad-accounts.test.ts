import t from 'tap'
import { buildWithSql, getMe, secretFor, signIn, type TokenResponse } from '../support/build.ts'
import { asUser } from '../support/factors.ts'
import { tokenOf } from '../support/mailbox.ts'
import { bearer, newPassword, registerVerified, resetMail, resetWith } from '../support/recovery.ts'
import {
  badField,
  badOption,
  checkProblem,
  json,
  requestOf,
  unexpected,
  unreadable,
  type Bad,
} from '../support/bad-requests.ts'

/** For routes that reject unknown fields: a field name in brackets is one. */
function badStrictField(field: string, maxLength: number, others: Record<string, string>): Bad[] {
  return badField(field, maxLength, others).map((bad) =>
    bad.what.includes('brackets') ? { ...bad, paths: [`/${field}`, `/${field}[]`] } : bad,
  )
}

const [username, current_password, new_password] = ['ada', secretFor('ada'), newPassword]

/** For POST routes, `PENDING` in whose URL is an authenticator app to be confirmed. */
const operations: Array<[url: string, bad: (token: string) => Bad[]]> = [
  [
    '/auth/password-reset',
    () => [...unreadable({ username }), ...badStrictField('username', 1024, {}), ...unexpected({ username })],
  ],
  [
    '/auth/password-reset/confirm',
    (token) => [
      ...unreadable({ token, new_password }),
      ...badStrictField('new_password', 1024, { token }),
      ...badOption('token', 256, { new_password }),
      ...badOption('username', 1024, { new_password, code: '12345678' }),
      ...badOption('code', 32, { new_password, username }),
      ...unexpected({ token, new_password }),
      {
        what: 'neither token nor code',
        type: json,
        body: { new_password },
        status: 400,
        paths: ['/code', '/username'],
      },
      {
        what: 'a username without a code',
        type: json,
        body: { username, new_password },
        status: 400,
        paths: ['/code'],
      },
      {
        what: 'a code without a username',
        type: json,
        body: { code: '12345678', new_password },
        status: 400,
        paths: ['/username'],
      },
    ],
  ],
  [
    '/auth/users/me/password',
    () => [
      ...unreadable({ current_password, new_password }),
      ...badStrictField('current_password', 1024, { new_password }),
      ...badStrictField('new_password', 1024, { current_password }),
      ...unexpected({ current_password, new_password }),
    ],
  ],
  [
    '/auth/users/me/delete',
    () => [
      ...unreadable({ current_password }),
      ...badStrictField('current_password', 1024, {}),
      ...unexpected({ current_password }),
    ],
  ],
  [
    '/auth/users/me/reauthenticate',
    () => [
      ...unreadable({ current_password }),
      ...badOption('current_password', 1024, {}),
      ...badOption('otp', 64, { current_password }),
      ...unexpected({ current_password }),
    ],
  ],
  [
    '/auth/users/me/totp',
    () => [...unreadable({ name: 'Phone' }), ...badOption('name', 64, {}), ...unexpected({ name: 'Phone' })],
  ],
  [
    '/auth/users/me/totp/PENDING/confirm',
    () => [...unreadable({ otp: '123456' }), ...badStrictField('otp', 64, {}), ...unexpected({ otp: '123456' })],
  ],
]

t.test(
  'bad requests about passwords, second factors and the deletion are rejected by field and change nothing',
  async (t) => {
    const { app, lines, mailbox, rows } = await buildWithSql(t, 'sqlite')
    await registerVerified(app, mailbox)
    const token = tokenOf(await resetMail(app, mailbox))
    const { access_token: access } = (await signIn(app, 'ada')).json<TokenResponse>()
    const { id: pending } = (await asUser(app, access, 'POST', '/totp', { name: 'Phone' })).json<{ id: string }>()
    const state = async () =>
      Promise.all(
        ['users', 'sessions', 'one_time_tokens', 'outbox', 'mail_requests', 'totp_devices'].map((table) =>
          rows(`select * from ${table} order by id`),
        ),
      )
    const before = await state()
    for (const [url, bad] of operations) {
      for (const each of bad(token)) {
        const what = `${url}: ${each.what}`
        const response = await app.inject(requestOf(url.replace('PENDING', pending), each, bearer(access)))
        t.equal(response.statusCode, each.status, what)
        checkProblem(t, response, { ...each, what })
        if (response.body.includes(token)) t.fail(`${what}: the response contains the token`)
      }
    }
    t.strictSame(await state(), before)
    t.notMatch(lines.join(''), /"level":[56]0/, 'no error is logged')
    t.equal((await getMe(app, access)).statusCode, 200)
    t.equal((await resetWith(app, { token })).statusCode, 204)
  },
)
