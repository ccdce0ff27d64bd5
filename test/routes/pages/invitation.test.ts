import t from 'tap'
import { buildWithSql, secretFor, signIn } from '../../support/build.ts'
import { ask, invited, userWithScopes } from '../../support/administration.ts'
import { faultsOf, inputOf, pageOf, postPage } from '../../support/pages.ts'

const email = 'grace@example.com'

t.test('the page of an invitation creates the account once, and opening it changes nothing (S13)', async (t) => {
  const { app, change, mailbox, rows } = await buildWithSql(t, 'sqlite')
  const admin = await userWithScopes(app, change, 'users:write')
  const { token } = await invited(app, mailbox, admin.token, { email, name: 'Grace "<b>' })
  const everything = async () =>
    JSON.stringify([
      await rows('select * from invitations'),
      await rows('select * from users'),
      await rows('select id from outbox'),
    ])
  const before = await everything()
  for (const method of ['GET', 'HEAD'] as const) {
    for (const query of ['', `?${token}`, '?view=done']) {
      t.equal((await app.inject({ method, url: `/auth/invitation${query}` })).statusCode, 200)
    }
  }
  for (let time = 0; time < 3; time++) {
    const page = await postPage(app, 'invitation', { intent: 'open', token })
    t.equal(pageOf(page), '200 Make your account')
    t.match(inputOf(page, 'invited'), ` value="${email}"`)
    t.match(inputOf(page, 'name'), / value="Grace &quot;&lt;b&gt;"(?!.*required)/)
    t.match(inputOf(page, 'username'), ' required')
  }
  t.equal(await everything(), before)

  const done = await postPage(app, 'invitation', {
    intent: 'accept',
    token,
    username: ' grace ',
    name: '',
    password: secretFor('grace'),
  })
  t.equal(pageOf(done), '303 ?view=done')
  t.equal(pageOf(await app.inject('/auth/invitation?view=done')), '200 Your account is made')
  t.equal((await signIn(app, email, { password: secretFor('grace') })).statusCode, 200)
  t.equal(
    (await rows("select name from users where username = 'grace'"))[0]?.name,
    'Grace "<b>',
    'an empty name keeps the one in the invitation',
  )
  for (const intent of ['open', 'accept']) {
    t.equal(
      pageOf(await postPage(app, 'invitation', { intent, token, username: 'other', password: secretFor('other') })),
      '400 The invitation does not hold',
    )
  }
})

t.test('an error is shown beside its field, and what was typed is kept except the password', async (t) => {
  const { app, change, mailbox } = await buildWithSql(t, 'sqlite')
  const admin = await userWithScopes(app, change, 'users:write', 'ada')
  const { token } = await invited(app, mailbox, admin.token, { email })
  const fill = 'Please fill this in.'
  const good = { username: 'grace', password: secretFor('grace') }
  const cases: [Record<string, string>, number, Record<string, string>][] = [
    [{}, 400, { username: fill, password: fill }],
    [{ ...good, username: 'ADA' }, 409, { username: 'It is taken.' }],
    [{ ...good, username: 'a@b' }, 400, { username: 'It may hold letters, digits, spaces and . _ - + only.' }],
    [{ ...good, password: 'short' }, 400, { password: 'It must have at least 8 characters: use several words.' }],
    [{ ...good, name: 'x'.repeat(129) }, 400, { name: 'It must have at most 128 characters.' }],
    [{ ...good, name: 'a\0b' }, 400, { name: 'It holds characters that are not text.' }],
  ]
  for (const [fields, status, faults] of cases) {
    const page = await postPage(app, 'invitation', { intent: 'accept', token, ...fields })
    t.equal(pageOf(page), `${status} Make your account`)
    t.strictSame(faultsOf(page), faults)
    if (fields.username !== undefined) t.match(inputOf(page, 'username'), ` value="${fields.username}"`)
    t.notMatch(page.body, 'not-for-logs')
  }
})

t.test(
  'the link of the first administrator asks for an address, and is valid until there is an administrator',
  async (t) => {
    const { app, change, mailbox, rows } = await buildWithSql(t, 'sqlite')
    const admin = await userWithScopes(app, change, 'users:write')
    const first = await invited(app, mailbox, admin.token, { email, scopes: ['users:write'] })
    const second = await invited(app, mailbox, admin.token, { email: 'second@example.com', scopes: ['users:write'] })
    await change("update invitations set email = null, email_fold = null, inviter_type = 'service', inviter_id = null")
    for (const intent of ['open', 'accept']) {
      t.equal(
        pageOf(
          await postPage(app, 'invitation', {
            intent,
            token: first.token,
            username: 'grace',
            password: secretFor('grace'),
          }),
        ),
        '400 The invitation does not hold',
        'there is an administrator',
      )
    }

    await change("update users set scopes = ''")
    const page = await postPage(app, 'invitation', { intent: 'open', token: first.token })
    t.match(inputOf(page, 'email'), /type="email"(?!.*required)/)
    t.equal(
      pageOf(
        await postPage(app, 'invitation', {
          intent: 'accept',
          token: first.token,
          username: 'grace',
          email: 'g@example.com',
          password: secretFor('grace'),
        }),
      ),
      '303 ?view=administrator',
    )
    t.match(await rows("select email, email_verified, scopes from users where username = 'grace'"), [
      { email: 'g@example.com', email_verified: 0, scopes: 'users:write' },
    ])
    t.match(await mailbox.collect(app), [{ to: 'g@example.com', subject: 'Confirm your e-mail address for Latchkey' }])
    t.equal(
      pageOf(
        await postPage(app, 'invitation', {
          intent: 'accept',
          token: second.token,
          username: 'second',
          password: secretFor('second'),
        }),
      ),
      '400 The invitation does not hold',
    )
    t.equal((await ask(app, admin.token, 'GET', '/invitations')).statusCode, 403)
  },
)
