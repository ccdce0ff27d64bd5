import type { Command } from 'commander'
import { createAccountCreation } from '../../accounts/index.ts'
import { toInvitationJson } from '../../administration/index.ts'
import { fromCommand } from '../../audit/index.ts'
import { acceptScopes, administrationScopes, isAdministration, operator, scopesOf } from '../../authorization/index.ts'
import { type ApiError, StartError } from '../../errors/index.ts'
import { toIsoTime } from '../../lib/time.ts'
import { createHashing, createHashQueue, createPasswordRules, readCommonPasswords } from '../../passwords/index.ts'
import { acceptName, demandFreeUsername, toUserRow } from '../../users/index.ts'
import type { AtDatabase, Place } from '../database.ts'
import { type OutputOptions, print, timeOf } from '../output.ts'
import { chooseHidden, readPassword } from '../password-prompt.ts'
import { openServices } from '../services.ts'
import { visible } from '../table.ts'

interface GrantOptions {
  admin?: boolean
  scope?: string
}

interface CreateOptions extends OutputOptions, GrantOptions {
  email?: string
  name?: string
  passwordStdin?: boolean
}

interface InviteOptions extends OutputOptions, GrantOptions {
  name?: string
}

const day = 24 * 60 * 60 * 1000

const allScopes = administrationScopes.join(' ')

/** `latchkey users create` and `invite` */
export function addUserCreateCommands(users: Command, atDatabase: AtDatabase) {
  users
    .command('create')
    .description('make an account; the password is asked for, and not shown')
    .argument('<username>')
    .option('--admin', `an administrator, with every scope for it: ${allScopes}`)
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
    .action((username: string, options: CreateOptions) => atDatabase((place) => create(username, options, place)))

  users
    .command('invite')
    .description('let somebody make their own account, by a link that is mailed or printed')
    .argument('[email]', 'where the link is mailed; without it, it is printed')
    .option('--admin', `as an administrator, with every scope for it: ${allScopes}`)
    .option('--scope <scopes>', 'what else they may do, separated by spaces')
    .option('--name <name>', 'a display name, which they may change')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      [
        '',
        'Who opens the link chooses username and password. It is good once: a week by mail, a day when it is printed.',
        'A mail is sent by the service, as soon as it runs. Whoever has a printed link has the account: hand it',
        'over as you would a password.',
        '',
        'Examples:',
        '  latchkey users invite grace@example.com',
        '  latchkey users invite --admin',
      ].join('\n'),
    )
    .action((email: string | undefined, options: InviteOptions) => atDatabase((place) => invite(email, options, place)))
}

async function create(
  username: string,
  { email, name, passwordStdin = false, ...options }: CreateOptions,
  place: Place,
) {
  const {
    config: { hashing, now, requireVerifiedEmail },
    store,
    audit,
  } = place
  const person = { username, email, name }
  const scopes = granted(options)
  if (requireVerifiedEmail && email === undefined) {
    throw new StartError(['With REQUIRE_VERIFIED_EMAIL nobody signs in without an address. Give --email.'])
  }
  // Before anybody has to think of a password.
  const { username_fold: usernameFold } = toUserRow(person, { passwordHash: '' }, now())
  await store.read((db) => demandFreeUsername(db, usernameFold))
  const password = await givenPassword(passwordStdin, await judgeFor(place, [username, email, name]))

  const passwords = createHashing(hashing, createHashQueue({ concurrency: 1, queueMs: Infinity }))
  const mailRequests = email === undefined ? undefined : (await openServices(place)).oneTimeTokens.mailRequests
  const account = await createAccountCreation({ store, passwords, audit, now }).createForOperator(
    { ...person, password, scopes },
    fromCommand,
    async (db) => {
      await mailRequests?.add(db, 'verify_email', username, fromCommand)
    },
  )
  print(
    [
      `${account.username} can sign in now.`,
      ...(email === undefined ? [] : [`The service mails a link to ${email}, by which the address is verified.`]),
      ...howToUse(scopes),
    ].join('\n'),
    { id: account.id, username: account.username, email: account.email, scopes },
    options,
  )
}

async function invite(email: string | undefined, { name: typed, ...options }: InviteOptions, place: Place) {
  const {
    administration: { invitations },
  } = await openServices(place)
  const name = typed === undefined ? undefined : acceptName(typed)
  const scopes = granted(options)
  if (email !== undefined) {
    const invitation = await invitations.create({ email, name, scopes }, operator)
    print(
      `The service mails a link to ${visible(email)}. It is good until ${timeOf(toIsoTime(invitation.expires_at))}.`,
      toInvitationJson(invitation),
      options,
    )
    return
  }
  const { invitation, url } = await place.store.write((db) =>
    invitations.issue(db, { email: null, name, scopes, lifetimeMs: day }, fromCommand),
  )
  print(
    `${url}\n\nIt is good once, until ${timeOf(toIsoTime(invitation.expires_at))}. It is not shown again.`,
    { ...toInvitationJson(invitation), url },
    options,
  )
}

function howToUse(scopes: string[]): string[] {
  const asked = scopes.filter(isAdministration)
  return asked.length === 0
    ? []
    : [
        `Scopes of an administrator have to be asked for at the sign-in: -d scope="${asked.join(' ')}", or ticked on the documentation page.`,
      ]
}

function granted({ admin = false, scope = '' }: GrantOptions): string[] {
  return acceptScopes([...new Set([...(admin ? administrationScopes : []), ...scopesOf(scope)])])
}

/** By the rules of the service. */
async function judgeFor(
  { config }: Place,
  about: (string | undefined)[],
): Promise<(password: string) => ApiError | undefined> {
  const { passwordMinLength: shortest, productName, publicUrl } = config
  const rules = createPasswordRules({ shortest, productName, publicUrl, common: await readCommonPasswords() })
  return (password) => rules.objectionTo(password, { field: 'password', about })
}

async function givenPassword(
  isPiped: boolean,
  objectionTo: (password: string) => ApiError | undefined,
): Promise<string> {
  if (isPiped) {
    const password = await readPassword(process.stdin)
    const objection = objectionTo(password)
    if (objection !== undefined) throw objection
    return password
  }
  if (!process.stdin.isTTY) {
    throw new StartError([
      'There is no terminal to ask for the password. Write it to standard input, with --password-stdin.',
    ])
  }
  return chooseHidden({ input: process.stdin, show: (text) => process.stderr.write(text) }, objectionTo)
}
