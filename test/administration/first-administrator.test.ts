import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { createFirstAdministratorLink } from '../../src/administration/first-administrator-link.ts'
import latchkey, { type Latchkey } from '../../src/plugin.ts'
import { accept, outcomeOf } from '../support/administration.ts'
import {
  build,
  buildWithSql,
  databaseOf,
  keepLog,
  minute,
  onBoth,
  secretFor,
  signIn,
  type TokenResponse,
} from '../support/build.ts'
import { createHost, mountOptions } from '../support/host.ts'
import { pageOf, postPage } from '../support/pages.ts'
import { emptyFolder } from '../support/spawn.ts'
import { masterKey } from '../support/forged-tokens.ts'

const everyScope = 'audit:read clients:write keys:write users:read users:write'

/** @returns the token after the # of the link */
async function tokenFor(app: FastifyInstance): Promise<string> {
  const link = await app.latchkey.inviteFirstAdministrator()
  return link?.url.split('#')[1] ?? ''
}

onBoth(
  t,
  'of fifty simultaneous uses of the link, one becomes administrator with every scope, even with SIGNUP=closed',
  async (t, database) => {
    const { app, count, rows, lines } = await buildWithSql(t, database, { SIGNUP: 'closed' })
    const token = await tokenFor(app)
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => accept(app, token, `user${index}`)))
    t.strictSame(answers.map(outcomeOf).sort(), ['201', ...Array(49).fill('400 invalid_invitation')])
    t.equal(await count('users'), 1)
    const [winner] = await rows('select username, scopes from users')
    const signedIn = await signIn(app, String(winner?.username), { scope: everyScope })
    t.equal(signedIn.json<TokenResponse>().scope, everyScope)
    t.equal(
      outcomeOf(
        await app.inject({
          url: '/auth/invitations',
          headers: { authorization: `Bearer ${signedIn.json<TokenResponse>().access_token}` },
        }),
      ),
      '200',
    )

    t.equal(await app.latchkey.inviteFirstAdministrator(), undefined, 'an administrator exists')
    t.match(
      await rows(
        "select event, actor_type, details from events where event in ('user_invited', 'invitation_accepted') " +
          'order by id',
      ),
      [
        { event: 'user_invited', actor_type: 'service', details: /"scopes":\["audit:read"/ },
        { event: 'invitation_accepted', actor_type: 'user', details: /"inviter_type":"service"/ },
      ],
    )
    t.notMatch(lines.join(''), token)
  },
)

onBoth(t, 'every instance returns the same link for thirty minutes, then a new one', async (t, database) => {
  const place =
    database === 'sqlite'
      ? { DATABASE_URL: `file:${await emptyFolder(t)}/latchkey.db`, MASTER_KEY: masterKey }
      : await databaseOf(t, database)
  const { app, clock } = await build(t, { environment: place })
  const others = await Promise.all([1, 2].map(() => build(t, { environment: place, clock })))
  const tokens = await Promise.all([app, ...others.map(({ app }) => app)].map(tokenFor))
  const [first = ''] = tokens
  t.match(first, /^inv_[\w-]{64}$/)
  t.strictSame(tokens, [first, first, first])

  clock.advance(30 * minute - 1)
  t.equal(await tokenFor(app), first)
  t.equal(pageOf(await postPage(app, 'invitation', { intent: 'open', token: first })), '200 Create your account')
  clock.advance(1)
  t.equal(
    pageOf(await postPage(app, 'invitation', { intent: 'open', token: first })),
    '400 This invitation doesn’t work',
  )
  t.equal(outcomeOf(await accept(app, first)), '400 invalid_invitation')
  const second = await tokenFor(app)
  t.not(second, first)
  t.equal(outcomeOf(await accept(app, second)), '201')
})

t.test('a link that the current master key cannot open is replaced', async (t) => {
  const { app, change } = await buildWithSql(t, 'sqlite')
  const token = await tokenFor(app)
  await change("update invitations set sealed = '1.AAAA'")
  const other = await tokenFor(app)
  t.not(other, token)
  t.equal(outcomeOf(await accept(app, other)), '201')
})

t.test('creating an administrator in another way invalidates the link', async (t) => {
  const { app } = await build(t)
  const link = await app.latchkey.inviteFirstAdministrator()
  t.equal(await link?.isOpen(), true)
  const made = await app.latchkey.createUser({
    username: 'ada',
    password: secretFor('ada'),
    scopes: ['users:write', 'posts:write'],
  })
  t.strictSame(made.scopes, ['users:write', 'posts:write'])
  t.equal(await link?.isOpen(), false)
  t.equal(outcomeOf(await accept(app, link?.url.split('#')[1] ?? '')), '400 invalid_invitation')
  await t.rejects(app.latchkey.createUser({ username: 'eve', password: secretFor('eve'), scopes: ['account'] }), {
    code: 'invalid_request',
  })
})

t.test(
  'without a terminal, the link is kept in an owner-only file until it expires, and the log names only the file',
  async (t) => {
    const { open, path, folder } = await setUpOffers(t)
    const first = await open()
    await first.link.offer()
    t.equal((await stat(path)).mode & 0o777, 0o600)
    t.match(
      await readFile(path, 'utf8'),
      /^There is no administrator yet\. .*:\nhttp:\S+\/auth\/invitation#inv_[\w-]{64}\nThe link works once and .*\n$/,
    )
    t.strictSame(await readdir(folder), ['first-administrator.txt'], 'no temporary file is left')
    const [entry] = first.lines
      .filter((line) => line.includes('first-administrator.txt'))
      .map((line) => JSON.parse(line))
    t.match(entry, { level: 40, file: path, msg: /^no administrator / })
    t.notMatch(first.lines.join(''), 'inv_')
    await first.link.deleteExpired()
    t.strictSame(await readdir(folder), ['first-administrator.txt'])
    first.clock.advance(30 * minute)
    await first.link.deleteExpired()
    t.strictSame(await readdir(folder), [])

    await first.link.offer()
    t.equal(outcomeOf(await accept(first.app, await tokenFor(first.app))), '201')
    await first.link.deleteExpired()
    t.strictSame(await readdir(folder), [], 'the file is also deleted after use')
  },
)

t.test('of two services in one folder, neither deletes the other’s file', async (t) => {
  const { open, path } = await setUpOffers(t)
  const [one, other] = [await open(), await open()]
  await one.link.offer()
  one.clock.advance(30 * minute)
  await other.link.offer()
  await one.link.deleteExpired()
  t.ok((await readFile(path, 'utf8')).includes(await tokenFor(other.app)))
})

t.test('the next start deletes an expired file; on a terminal the link is shown and not stored', async (t) => {
  const { open, path, folder } = await setUpOffers(t)
  await mkdir(folder, { recursive: true })
  await writeFile(path, 'of another time')
  const shown: string[] = []
  const { app, link } = await open((text) => {
    shown.push(text)
  })
  await link.offer()
  t.match(shown, [
    /^\n {2}There is no administrator yet\. .*:\n {2}http:\S+#inv_\S+\n {2}The link .* expires in 30 minutes\. .*\n$/,
  ])
  t.strictSame(await readdir(folder), [])
  await writeFile(path, 'of another time')
  t.equal(outcomeOf(await accept(app, await tokenFor(app))), '201')
  await link.offer()
  t.strictSame([shown.length, await readdir(folder)], [1, []])
})

t.test('an unwritable folder is reported with an alternative', async (t) => {
  const { open, folder } = await setUpOffers(t)
  await writeFile(folder, 'no folder')
  await chmod(folder, 0o600)
  const { link, lines } = await open()
  await link.offer()
  const [entry] = lines.map((line) => JSON.parse(line)).filter(({ msg }) => /first administrator/.test(msg))
  t.match(entry, { level: 40, msg: /latchkey users create NAME --admin/ })
  t.notMatch(lines.join(''), 'inv_')
})

/** Services that offer their link through a file in a folder that does not exist yet, or through `show`. */
async function setUpOffers(t: Test) {
  const folder = join(await emptyFolder(t), 'data')
  return {
    folder,
    path: join(folder, 'first-administrator.txt'),
    async open(show?: (text: string) => void) {
      const { app, clock, lines } = await build(t)
      return {
        app,
        clock,
        lines,
        link: createFirstAdministratorLink(
          { invite: app.latchkey.inviteFirstAdministrator, log: app.log },
          { dataDir: folder, show, now: clock.now },
        ),
      }
    },
  }
}

t.test('a host’s log explains how to get the link until an administrator exists (N9)', async (t) => {
  async function startedHost(username?: string) {
    const lines: string[] = []
    const app = createHost(t, {
      logger: {
        level: 'info',
        stream: {
          write: (line) => {
            lines.push(line)
            keepLog(line)
          },
        },
      },
    })
    await app.register(latchkey, { ...mountOptions, name: 'auth' })
    const auth = app.getDecorator<Latchkey>('auth')
    if (username !== undefined) {
      await auth.createUser({ username, password: secretFor(username), scopes: everyScope.split(' ') })
    }
    await app.ready()
    return lines
      .join('')
      .split('\n')
      .filter((line) => line.includes('administrator'))
  }
  const [line = '', ...others] = await startedHost()
  t.match(line, 'app.auth.inviteFirstAdministrator()')
  t.match(line, 'latchkey users invite --admin')
  t.notMatch(line, 'inv_')
  t.strictSame(others, [])
  t.strictSame(await startedHost('ada'), [])

  const { lines } = await build(t)
  t.notMatch(lines.join(''), 'inviteFirstAdministrator', 'the service offers the link itself')
})
