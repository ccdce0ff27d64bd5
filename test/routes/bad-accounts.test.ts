import t from 'tap'
import { buildWithSql, getMe, secretFor, signIn, type TokenResponse } from '../support/build.ts'
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
]

t.test(
  'bad requests to reset or change a password, or to delete an account, are rejected by field and change nothing',
  async (t) => {
    const { app, lines, mailbox, rows } = await buildWithSql(t, 'sqlite')
    await registerVerified(app, mailbox)
    const token = tokenOf(await resetMail(app, mailbox))
    const { access_token: access } = (await signIn(app, 'ada')).json<TokenResponse>()
    const state = async () =>
      Promise.all(
        ['users', 'sessions', 'one_time_tokens', 'outbox', 'mail_requests'].map((table) =>
          rows(`select * from ${table} order by id`),
        ),
      )
    const before = await state()
    for (const [url, bad] of operations) {
      for (const each of bad(token)) {
        const what = `${url}: ${each.what}`
        const response = await app.inject(requestOf(url, each, bearer(access)))
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
