import { decodeJwt } from 'jose'
import t from 'tap'
import { errorCatalogue } from '../../../src/errors/catalogue.ts'
import {
  build,
  buildWithSql,
  day,
  getMe,
  hour,
  minute,
  onBoth,
  refresh,
  register,
  secretFor,
  signIn,
  type DatabaseKind,
  type TokenResponse,
} from '../../support/build.ts'
import { buildWithClients, tokenOf as tokenOfClient } from '../../support/clients.ts'
import { codeOf, tokenOf } from '../../support/mailbox.ts'
import {
  askReset,
  changeAccount,
  deleteAccount,
  invalidCode,
  registerVerified,
  resetMail,
  resetWith,
  statusesOf,
  summaryOf,
} from '../../support/recovery.ts'

type Rows = (statement: string) => Promise<Record<string, unknown>[]>

/** The content of every table. */
async function contentOf(rows: Rows, database: DatabaseKind): Promise<Record<string, string>> {
  const tables = await rows(
    database === 'sqlite'
      ? "select name from sqlite_master where type = 'table'"
      : "select table_name as name from information_schema.tables where table_schema = 'public'",
  )
  const content: Record<string, string> = {}
  for (const { name } of tables) {
    content[String(name)] = JSON.stringify(await rows(`select * from ${name}`)).toLowerCase()
  }
  return content
}

/** The tables that contain one of the traces of a person. */
async function placesOf(rows: Rows, database: DatabaseKind, traces: string[]) {
  const content = Object.entries(await contentOf(rows, database))
  return content
    .filter(([, text]) => traces.some((trace) => text.includes(trace)))
    .map(([table]) => table)
    .sort()
}

onBoth(t, 'a deleted user is forgotten, and no later user becomes them', async (t, database) => {
  const { app, clock, mailbox, rows, count } = await buildWithSql(t, database)
  await registerVerified(app, mailbox, 'Lovelace', 'augusta@example.com')
  await register(app, 'eve', { email: 'eve@example.com' })
  const phone = (await signIn(app, 'Lovelace')).json<TokenResponse>()
  const here = (await signIn(app, 'Lovelace')).json<TokenResponse>()
  await changeAccount(app, here.access_token, {
    name: 'Countess King',
    email: 'king@example.com',
    current_password: secretFor('Lovelace'),
  })
  await askReset(app, 'Lovelace')
  t.equal((await mailbox.collect(app)).length, 3, 'to both addresses of the user, and to eve')
  const names = ['lovelace', 'augusta', 'countess', 'king@']
  const ids = [String(decodeJwt(here.access_token).sub), String(decodeJwt(here.access_token).sid)]
  for (const traces of [names, ids]) t.ok((await placesOf(rows, database, traces)).includes('users'))

  t.strictSame(summaryOf(await deleteAccount(app, here.access_token, secretFor('eve'))), [
    400,
    {
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: errorCatalogue.wrong_password.detail,
      code: 'wrong_password',
      errors: [{ path: '/current_password', message: 'is wrong' }],
    },
  ])
  t.equal((await getMe(app, phone.access_token)).statusCode, 200)

  const response = await deleteAccount(app, here.access_token, secretFor('Lovelace'))
  t.strictSame([response.statusCode, response.body], [204, ''])
  t.strictSame(await placesOf(rows, database, names), [])
  t.strictSame(await placesOf(rows, database, ids), ['events'], 'the events remain, but without the name')
  t.strictSame(
    [await count('users'), await count('sessions'), (await rows('select * from retired_usernames')).length],
    [1, 0, 1],
  )
  for (const device of [phone, here]) {
    t.equal((await getMe(app, device.access_token)).statusCode, 401)
    t.match((await refresh(app, device.refresh_token)).json(), { error: 'invalid_grant' })
  }
  for (const name of ['Lovelace', 'augusta@example.com']) {
    t.equal((await signIn(app, name, { password: secretFor('Lovelace') })).statusCode, 401)
  }

  t.match(await mailbox.collect(app), [
    { to: 'augusta@example.com', subject: 'Your Latchkey account was deleted', text: '“Lovelace”' },
  ])
  for (const name of ['Lovelace', 'LOVELACE', 'lovelace', 'Ｌｏｖｅｌａｃｅ']) {
    t.match((await register(app, name)).json(), { status: 409, code: 'username_taken' }, name)
    await t.rejects(
      app.latchkey.createUser({ username: name, password: secretFor('x') }),
      { code: 'username_taken' },
      name,
    )
    await askReset(app, name)
  }
  t.strictSame(await mailbox.collect(app), [])
  t.strictSame(await placesOf(rows, database, names), [])
  t.strictSame(await placesOf(rows, database, ids), ['events'])
  t.equal((await signIn(app, 'eve')).statusCode, 200, 'other users are unaffected')

  clock.advance(day)
  await app.latchkey.housekeep()
  t.equal(await count('outbox'), 0, 'the record of the message is deleted as well')
})

onBoth(t, 'deletion voids what was mailed before and frees the address', async (t, database) => {
  const { app, clock, mailbox } = await buildWithSql(t, database)
  await registerVerified(app, mailbox)
  const mail = await resetMail(app, mailbox)
  const { access_token: access } = (await signIn(app, 'ada')).json<TokenResponse>()
  t.equal((await deleteAccount(app, access)).statusCode, 204)
  for (const proof of [{ token: tokenOf(mail) }, { username: 'ada', code: codeOf(mail) }]) {
    t.strictSame(summaryOf(await resetWith(app, proof)), invalidCode)
  }

  await mailbox.collect(app)
  clock.advance(hour)
  await registerVerified(app, mailbox, 'augusta', 'ada@example.com')
  t.equal((await signIn(app, 'ada@example.com', { password: secretFor('augusta') })).statusCode, 200)
})

onBoth(t, 'after a deletion no waiting link is sent, but the notification is', async (t, database) => {
  const sent: string[] = []
  let isDown = true
  const { app, clock } = await build(t, {
    database,
    sendMail: async ({ subject }) => {
      if (isDown) throw new Error('The mail server is down.')
      sent.push(subject)
    },
  })
  await register(app, 'ada', { email: 'ada@example.com' })
  await askReset(app, 'ada')
  await app.latchkey.housekeep()
  t.equal((await deleteAccount(app, (await signIn(app, 'ada')).json<TokenResponse>().access_token)).statusCode, 204)
  await app.latchkey.housekeep()
  isDown = false
  clock.advance(minute)
  await app.latchkey.housekeep()
  t.strictSame(sent, ['Your Latchkey account was deleted'])
})

onBoth(t, 'one of fifty simultaneous deletions succeeds and sends one notification', async (t, database) => {
  const { app, mailbox, rows } = await buildWithSql(t, database)
  await registerVerified(app, mailbox)
  const { access_token: access } = (await signIn(app, 'ada')).json<TokenResponse>()
  const {
    204: done,
    400: wrong = 0,
    401: ended = 0,
    ...others
  } = await statusesOf(50, () => deleteAccount(app, access))
  t.strictSame([done, wrong + ended, others], [1, 49, {}])
  t.equal((await mailbox.collect(app)).length, 1)
  t.equal((await rows('select * from retired_usernames')).length, 1)
})

onBoth(t, 'removing the address before the deletion does not avoid notifying the owner', async (t, database) => {
  const { app, mailbox } = await buildWithSql(t, database)
  await registerVerified(app, mailbox)
  const { access_token: access } = (await signIn(app, 'ada')).json<TokenResponse>()
  await changeAccount(app, access, { email: null, current_password: secretFor('ada') })
  t.equal((await deleteAccount(app, access)).statusCode, 204)
  t.match(await mailbox.collect(app), [{ to: 'ada@example.com', subject: 'Your Latchkey e-mail address was changed' }])
})

onBoth(t, 'deleting accounts repeatedly cannot flood a mailbox', async (t, database) => {
  const { app, mailbox } = await buildWithSql(t, database)
  for (const username of Array.from({ length: 15 }, (_, index) => `mallory ${index}`)) {
    await register(app, username, { email: 'ada@example.com' })
    await app.latchkey.housekeep()
    const { access_token: access } = (await signIn(app, username)).json<TokenResponse>()
    t.equal((await deleteAccount(app, access, secretFor(username))).statusCode, 204)
  }
  const subjects = (await mailbox.collect(app)).map(({ subject }) => subject)
  t.equal(subjects.filter((subject) => subject === 'Verify your e-mail address for Latchkey').length, 10)
  t.equal(subjects.filter((subject) => subject === 'Your Latchkey account was deleted').length, 3)
})

t.test('a client has no account to delete', async (t) => {
  const { app, worker } = await buildWithClients(t, 'sqlite')
  t.match((await deleteAccount(app, await tokenOfClient(app, worker))).json(), {
    status: 403,
    code: 'insufficient_scope',
  })
})
