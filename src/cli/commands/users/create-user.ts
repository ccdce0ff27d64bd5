import { fromCommand } from '../../../audit/index.ts'
import { administrationScopes, isAdministration, ownScope } from '../../../authorization/index.ts'
import { type ApiError, StartError } from '../../../errors/index.ts'
import { accountNameOf, demandFreeUsername, isAddressFree, toUserRow } from '../../../users/index.ts'
import type { DefineCommand } from '../../add-commands.ts'
import type { CommandContext } from '../../context.ts'
import { type OpenDatabase, withDatabase } from '../../database.ts'
import type { OutputOptions } from '../../output.ts'
import { promptForPassword, readPassword } from '../../password-prompt.ts'
import { createServices, createUserCreation } from '../../services.ts'
import { grantedScopes, type GrantOptions } from './granted-scopes.ts'

interface Options extends OutputOptions, GrantOptions {
  email?: string
  name?: string
  passwordStdin?: boolean
}

/** `latchkey users create` */
export const defineCreate: DefineCommand = (command, context) => {
  command
    .argument('[username]', 'with USERNAMES=optional, --email is enough')
    .option('--admin', `an administrator, with every scope for it: ${administrationScopes.join(' ')}`)
    .option('--scope <scopes>', 'what else they may do, separated by spaces')
    .option('--email <address>', 'is mailed a link that verifies it')
    .option('--name <name>', 'a display name')
    .option('--password-stdin', 'read the password from standard input, a line')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      [
        '',
        'The password is never an argument: those stand in the history of the shell, and everybody on the machine',
        'can read them.',
        '',
        'Examples:',
        '  latchkey users create ada --admin',
        '  latchkey users create grace --email grace@example.com --scope "posts:write"',
        '  pass show latchkey/ada | head -1 | latchkey users create ada --admin --password-stdin',
      ].join('\n'),
    )
    .action((username: string | undefined, options: Options) =>
      withDatabase(context, (database) => createUser(context, database, username, options)),
    )
}

async function createUser(
  context: CommandContext,
  database: OpenDatabase,
  username: string | undefined,
  { email, name, passwordStdin = false, ...options }: Options,
) {
  const {
    config: { now, requireVerifiedEmail, usernames },
    store,
  } = database
  const person = { username, email, name }
  const scopes = grantedScopes(options)
  if (requireVerifiedEmail && email === undefined) {
    throw new StartError(['With REQUIRE_VERIFIED_EMAIL nobody signs in without an address. Give --email.'])
  }
  // Before anybody has to think of a password.
  const { username_fold: usernameFold, email_fold: emailFold } = toUserRow(
    person,
    { passwordHash: '' },
    { usernames, time: now() },
  )
  await store.read((db) => demandFreeUsername(db, usernameFold))
  if (username === undefined && emailFold !== null && !(await store.read((db) => isAddressFree(db, emailFold)))) {
    throw new StartError([`Another account has verified ${email}, so an account without a username cannot use it.`])
  }
  const { rules, createUser } = await createUserCreation(database)
  const password = await askForPassword(context, passwordStdin, (typed) =>
    rules.objectionTo(typed, { field: 'password', about: [username, email, name] }),
  )

  const isEmailNeeded = requireVerifiedEmail || username === undefined
  const mailRequests = email === undefined ? undefined : (await createServices(database)).oneTimeTokens.mailRequests
  const account = await createUser({ ...person, password, scopes }, fromCommand, { mailRequests })
  await context.print(
    [
      `${accountNameOf(account)} can sign in ${isEmailNeeded ? 'once the address is verified' : 'now'}.`,
      ...(email === undefined ? [] : [`The service mails a link to ${email}, by which the address is verified.`]),
      ...howToUse(scopes),
    ].join('\n'),
    { id: account.id, ...(username === undefined ? {} : { username: account.username }), email: account.email, scopes },
    options,
  )
}

function howToUse(scopes: string[]): string[] {
  const asked = scopes.filter(isAdministration)
  return asked.length === 0
    ? []
    : [
        'Administration scopes must be requested by name at sign-in. Include account, which a request with scopes ' +
          `does not add: -d scope="${[ownScope, ...asked].join(' ')}". Or tick them on the documentation page.`,
      ]
}

async function askForPassword(
  { stdin, stderr }: CommandContext,
  isPiped: boolean,
  objectionTo: (password: string) => ApiError | undefined,
): Promise<string> {
  if (isPiped) {
    const password = await readPassword(stdin)
    const objection = objectionTo(password)
    if (objection !== undefined) throw objection
    return password
  }
  if (stdin.isTTY !== true) {
    throw new StartError([
      'There is no terminal to ask for the password. Write it to standard input, with --password-stdin.',
    ])
  }
  return promptForPassword({ input: stdin, output: stderr }, objectionTo)
}
