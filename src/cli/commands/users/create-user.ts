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
    .argument('[username]', 'Username (not needed with --email if USERNAMES=optional)')
    .option('--admin', `Grant all administration scopes: ${administrationScopes.join(' ')}`)
    .option('--scope <scopes>', 'Grant these scopes, separated by spaces')
    .option('--email <address>', 'E-mail address, to which a verification link is sent')
    .option('--name <name>', 'Display name')
    .option('--password-stdin', 'Read the password from standard input, one line')
    .option('--json', 'Print JSON')
    .addHelpText(
      'after',
      [
        '',
        'The command asks for the password. It is never an argument, because arguments',
        'stay in the history of the shell and are visible to other users of the machine.',
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
    throw new StartError(['With REQUIRE_VERIFIED_EMAIL, users need an e-mail address to sign in. Add --email.'])
  }
  // Checked before the operator has to think of a password.
  const { username_fold: usernameFold, email_fold: emailFold } = toUserRow(
    person,
    { passwordHash: '' },
    { usernames, time: now() },
  )
  await store.read((db) => demandFreeUsername(db, usernameFold))
  if (username === undefined && emailFold !== null && !(await store.read((db) => isAddressFree(db, emailFold)))) {
    throw new StartError([`${email} belongs to another user. Use another e-mail address, or add a username.`])
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
      `${accountNameOf(account)} can sign in ${isEmailNeeded ? 'once the e-mail address is verified' : 'now'}.`,
      ...(email === undefined ? [] : [`The service will send a verification link to ${email}.`]),
      ...howToUse(scopes),
    ].join('\n'),
    { id: account.id, ...(username === undefined ? {} : { username: account.username }), email: account.email, scopes },
    options,
  )
}

function howToUse(scopes: string[]): string[] {
  const administration = scopes.filter(isAdministration)
  return administration.length === 0
    ? []
    : [
        'At sign-in, request the administration scopes by name, together with account (on the documentation page, ' +
          'select them):',
        `  -d scope="${[ownScope, ...administration].join(' ')}"`,
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
      'The password cannot be requested without a terminal. Add --password-stdin to read it from standard input.',
    ])
  }
  return promptForPassword({ input: stdin, output: stderr }, objectionTo)
}
