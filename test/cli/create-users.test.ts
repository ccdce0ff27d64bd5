import t, { type Test } from 'tap'
import { promptForPassword, readPassword } from '../../src/cli/password-prompt.ts'
import { accept, outcomeOf } from '../support/administration.ts'
import { build, minute, onBoth, query, secretFor, signIn, type TokenResponse } from '../support/build.ts'
import { tokenOf } from '../support/mailbox.ts'
import { confirmEmail } from '../support/recovery.ts'
import { createTerminal } from '../support/terminal.ts'
import { placeOf } from '../support/forged-tokens.ts'
import { latchkey, runCommand } from '../support/latchkey-command.ts'

const everyScope = 'audit:read clients:write keys:write users:read users:write'

/** Runs `latchkey users create` with a text on standard input. */
function withInput(t: Test, environment: NodeJS.ProcessEnv, input: string, ...parameters: string[]) {
  return runCommand(t, { environment, input, parameters: ['users', 'create', ...parameters] })
}

onBoth(
  t,
  'an administrator created with a password from standard input can request every scope by name',
  async (t, database) => {
    const place = await placeOf(t, database)
    await latchkey(t, place.DATA_DIR, place, 'migrate')
    const made = await withInput(
      t,
      place,
      `${secretFor('ada')}\n`,
      'ada',
      '--admin',
      '--scope',
      'posts:write',
      '--name',
      'Ada',
      '--password-stdin',
    )
    t.match(
      made,
      {
        code: 0,
        stderr: '',
        stdout:
          'ada can sign in now.\nAt sign-in, request the administration scopes by name, together with account (on ' +
          `the documentation page, select them):\n  -d scope="account ${everyScope}"`,
      },
      'before the service has ever run; the advice names account (N3)',
    )
    const { app } = await build(t, { environment: place })
    t.equal(await app.latchkey.inviteFirstAdministrator(), undefined)
    t.equal((await signIn(app, 'ada')).json<TokenResponse>().scope, 'account posts:write')
    t.equal((await signIn(app, 'ada', { scope: everyScope })).json<TokenResponse>().scope, everyScope)
    t.match(
      await query(place.DATABASE_URL, "select event, actor_type, details from events where event = 'user_created'"),
      [{ actor_type: 'command', details: `{"scopes":["${everyScope.replaceAll(' ', '","')}","posts:write"]}` }],
    )
  },
)

t.test('an address receives a link and stays unverified until its owner opens it', async (t) => {
  const place = await placeOf(t)
  const { app, mailbox } = await build(t, { environment: { ...place, REQUIRE_VERIFIED_EMAIL: 'on' } })
  const strict = { ...place, REQUIRE_VERIFIED_EMAIL: 'on' }
  t.match(await withInput(t, strict, secretFor('ada'), 'ada', '--password-stdin'), {
    code: 1,
    stderr: /REQUIRE_VERIFIED_EMAIL.*Add --email/,
  })
  const { code, stdout } = await withInput(
    t,
    strict,
    secretFor('ada'),
    'ada',
    '--email',
    'ada@example.com',
    '--password-stdin',
    '--json',
  )
  t.equal(code, 0)
  t.match(JSON.parse(stdout), { username: 'ada', email: 'ada@example.com', scopes: [] })
  const [mail] = await mailbox.collect(app)
  t.equal(mail?.to, 'ada@example.com')
  t.equal(outcomeOf(await signIn(app, 'ada')), '400 email_not_verified')
  await confirmEmail(app, { token: tokenOf(mail), current_password: secretFor('ada') })
  t.equal(outcomeOf(await signIn(app, 'ada')), '200')
})

t.test('invalid input is rejected, and no user is created', async (t) => {
  const place = await placeOf(t)
  await latchkey(t, place.DATA_DIR, place, 'migrate')
  await withInput(t, place, secretFor('ada'), 'ada', '--password-stdin')
  for (const [input, parameters, words] of [
    ['short', ['bob', '--password-stdin'], /at least 8 characters/],
    ['password1', ['bob', '--password-stdin'], /too common/],
    [`${secretFor('a')}\n${secretFor('b')}\n`, ['bob', '--password-stdin'], /Standard input has 2 lines/],
    ['', ['bob', '--password-stdin'], /Standard input has 0 lines/],
    [secretFor('bob'), ['bob'], /without a terminal.*--password-stdin/],
    [secretFor('bob'), ['ADA', '--password-stdin'], /The username is .*taken/],
    [secretFor('bob'), ['b@b', '--password-stdin'], /username may contain only letters/],
    [secretFor('bob'), ['bob', '--email', 'nowhere', '--password-stdin'], /must be a valid e-mail address/],
    [secretFor('bob'), ['bob', '--scope', 'account', '--password-stdin'], /must not contain account/],
    [secretFor('bob'), ['bob', '--password', 'x'], /unknown option '--password'/],
    [secretFor('bob'), ['bob', 'secret'], /too many arguments/],
  ] as const) {
    const { code, stdout, stderr } = await withInput(t, place, input, ...parameters)
    t.strictSame([code, stdout], [1, ''], parameters.join(' '))
    t.match(stderr, words)
  }
  t.match(await query(place.DATABASE_URL, 'select username from users'), [{ username: 'ada' }])
})

t.test('leaving the prompt creates no user', async (t) => {
  const place = await placeOf(t)
  await latchkey(t, place.DATA_DIR, place, 'migrate')
  for (const key of ['\u0003', '\u0004']) {
    const terminal = createTerminal([[/Password: $/, key]])
    const { code, stdout } = await runCommand(t, {
      environment: place,
      parameters: ['users', 'create', 'ada'],
      stdin: terminal.input,
      stderr: terminal.output,
    })
    t.strictSame([code, stdout], [1, ''])
    t.equal(terminal.shown(), 'Password: \nerror: No password was entered.\n')
  }
  t.strictSame(await query(place.DATABASE_URL, 'select username from users'), [])
})

t.test('three mismatched repetitions end the prompt', async (t) => {
  const terminal = createTerminal(
    [1, 2, 3].flatMap((): [RegExp, string][] => [
      [/Password: $/, 'one\r'],
      [/Repeat the password: $/, 'other\r'],
    ]),
  )
  await t.rejects(
    promptForPassword(terminal, () => undefined),
    { message: /three attempts/ },
  )
  t.notMatch(terminal.shown(), /one\r|other\r/)
})

t.test('a password on standard input must be UTF-8', async (t) => {
  await t.rejects(
    readPassword(
      (async function* () {
        yield Buffer.from([0xff])
      })(),
    ),
    { message: /not UTF-8/ },
  )
})

onBoth(
  t,
  'an invitation link is printed or mailed by the service, and its user chooses username and password',
  async (t, database) => {
    const place = await placeOf(t, database)
    const { app, clock, mailbox } = await build(t, { environment: { ...place, SIGNUP: 'closed' } })
    const { stdout } = await latchkey(t, place.DATA_DIR, place, 'users', 'invite', '--admin', '--name', 'Grace')
    const printed = stdout.split('\n')
    t.match(printed, [
      /^http:\/\/localhost:\d+\/auth\/invitation#inv_[\w-]{64}$/,
      '',
      /^The link works once and expires at 20\d\d-/,
    ])
    const mailed = await latchkey(
      t,
      place.DATA_DIR,
      place,
      'users',
      'invite',
      'eve@example.com',
      '--scope',
      'posts:write',
      '--json',
    )
    t.match(JSON.parse(mailed.stdout), { email: 'eve@example.com', scopes: ['posts:write'], inviter_type: 'command' })
    t.notMatch(mailed.stdout, 'inv_')
    t.match(await latchkey(t, place.DATA_DIR, place, 'users', 'invite', 'EVE@example.com'), {
      code: 1,
      stderr: /An invitation for this e-mail address already exists/,
    })

    // The clock of the command is the real one, which has moved on.
    clock.advance(minute)
    const [mail] = await mailbox.collect(app)
    t.equal(outcomeOf(await accept(app, tokenOf(mail), 'eve')), '201')
    t.equal(outcomeOf(await accept(app, printed[0]?.split('#')[1] ?? '', 'grace')), '201')
    t.match(
      await query(place.DATABASE_URL, 'select username, name, email_verified, scopes from users order by username'),
      [
        { username: 'eve', email_verified: 1, scopes: 'posts:write' },
        { username: 'grace', name: 'Grace', email_verified: 0, scopes: everyScope },
      ],
    )
  },
)

t.test('with USERNAMES=optional the command creates and shows users by their e-mail address (A9)', async (t) => {
  const place = { ...(await placeOf(t, 'sqlite')), USERNAMES: 'optional' }
  const run = (...parameters: string[]) => latchkey(t, place.DATA_DIR, place, 'users', ...parameters)
  await latchkey(t, place.DATA_DIR, place, 'migrate')
  const { app, mailbox } = await build(t, { environment: place })
  const password = secretFor('ada')
  const create = (...parameters: string[]) => withInput(t, place, `${password}\n`, ...parameters, '--password-stdin')
  t.match(await create(), { code: 1, stderr: /Either username or email is required/ })
  t.match(await withInput(t, { ...place, USERNAMES: 'required' }, '', '--email', 'ada@example.com'), {
    code: 1,
    stderr: /set USERNAMES=optional/,
  })
  const made = await create('--email', 'ada@example.com')
  t.equal(
    made.stdout,
    'ada@example.com can sign in once the e-mail address is verified.\n' +
      'The service will send a verification link to ada@example.com.',
  )
  t.equal((await signIn(app, 'ada@example.com', { password })).statusCode, 401)
  const token = tokenOf((await mailbox.collect(app))[0])
  t.equal((await confirmEmail(app, { token, current_password: password })).statusCode, 204)
  t.equal((await signIn(app, 'ada@example.com', { password })).statusCode, 200)
  t.match(await create('--email', 'ADA@example.com'), {
    code: 1,
    stderr: /ADA@example\.com belongs to another user/,
  })
  t.match((await run('list')).stdout, /^USERNAME .*\n- +ada@example\.com /)
  t.match((await run('show', 'ada@example.com')).stdout, /^username: +-\n/)
  t.equal((await run('disable', 'ada@example.com')).stdout, 'ada@example.com is disabled. All sessions have ended.')
  t.match((await latchkey(t, place.DATA_DIR, place, 'events')).stdout, / ada@example\.com /)
  t.equal((await run('delete', 'ada@example.com', '--yes')).stdout, 'ada@example.com is deleted.')
})
