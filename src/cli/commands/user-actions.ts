import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { administrationScopes, operator, scopesOf } from '../../authorization/index.ts'
import { StartError } from '../../errors/index.ts'
import { toUserJson } from '../../users/index.ts'
import type { AtDatabase, Place } from '../database.ts'
import { userNamed } from '../named-user.ts'
import { type OutputOptions, print } from '../output.ts'
import { openListing, openServices } from '../services.ts'

type Acting = Awaited<ReturnType<typeof openServices>>

interface User {
  id: string
  username: string
}

interface ScopeOptions extends OutputOptions {
  add?: string
  remove?: string
  admin?: boolean
}

interface DeleteOptions extends OutputOptions {
  yes?: boolean
}

/** `latchkey users disable` and the like */
export function addUserActCommands(users: Command, atDatabase: AtDatabase) {
  /** What is done to one user. */
  function addAct(
    name: string,
    description: string,
    help: string[],
    act: (acting: Acting, user: User) => Promise<string>,
  ) {
    users
      .command(name)
      .description(description)
      .argument('<user>', 'username, e-mail or id')
      .option('--json', 'for programs')
      .addHelpText('after', ['', ...help, '', 'Example:', `  latchkey users ${name} ada`].join('\n'))
      .action((name: string, options: OutputOptions) =>
        atDatabase(async (place) => {
          const user = await userNamed(place, name)
          const done = await act(await openServices(place), user)
          await tell(place, user, done, options)
        }),
      )
  }

  addAct(
    'disable',
    'keep a user out: every session ends, and no password helps',
    ['What is theirs stays. The last administrator cannot be disabled: make another one first.'],
    async ({ administration }, { id, username }) => {
      await administration.changeUser(id, { disabled: true }, operator)
      return `${username} is disabled, and signed out everywhere.`
    },
  )

  addAct(
    'enable',
    'let a user in again',
    ['They sign in with the password they had.'],
    async ({ administration }, { id, username }) => {
      await administration.changeUser(id, { disabled: false }, operator)
      return `${username} is enabled.`
    },
  )

  addAct(
    'unlock',
    'forget the wrong passwords that count against a user',
    ['Whoever was made to wait may try again at once, and a locked account is open.'],
    async ({ administration }, { id, username }) => {
      await administration.unlockUser(id, operator)
      return `${username} is unlocked: the right password helps again.`
    },
  )

  addAct(
    'reset-password',
    'mail a user a link by which they choose another password',
    [
      'Nothing changes until they do. The service sends the mail, as soon as it runs; not more than three are',
      'sent in an hour. Who has no address gets a new account, or one by: latchkey users invite',
    ],
    async ({ administration }, { id, username }) => {
      await administration.startPasswordReset(id, operator)
      return `The service mails ${username} a link by which they choose another password.`
    },
  )

  users
    .command('scopes')
    .description('show, give or take what a user may do')
    .argument('<user>', 'username, e-mail or id')
    .option('--add <scopes>', 'give these, separated by spaces')
    .option('--remove <scopes>', 'take these')
    .option('--admin', `give every scope of an administrator: ${administrationScopes.join(' ')}`)
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      [
        '',
        'It holds from their next request on. To use a scope of an administrator they ask for it at the sign-in.',
        'The last administrator (users:write) stays one: make another one first.',
        '',
        'Examples:',
        '  latchkey users scopes ada --admin',
        '  latchkey users scopes ada --add "posts:write" --remove "audit:read keys:write"',
      ].join('\n'),
    )
    .action((name: string, options: ScopeOptions) => atDatabase((place) => changeScopes(name, options, place)))

  users
    .command('delete')
    .description('remove an account and all that is held about its user, for good')
    .argument('<user>', 'username, e-mail or id')
    .option('--yes', 'do not ask')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      [
        '',
        'What is in the audit log stays there, by the id alone. Nobody gets the username again. The owner is told by',
        'mail. The last administrator cannot be deleted: make another one first.',
        '',
        'Example:',
        '  latchkey users delete ada',
      ].join('\n'),
    )
    .action((name: string, options: DeleteOptions) => atDatabase((place) => remove(name, options, place)))
}

async function changeScopes(
  name: string,
  { add = '', remove = '', admin = false, ...options }: ScopeOptions,
  place: Place,
) {
  const user = await userNamed(place, name)
  const held = scopesOf(user.scopes)
  const given = [...scopesOf(add), ...(admin ? administrationScopes : [])]
  const taken = scopesOf(remove)
  const absent = taken.filter((scope) => !held.includes(scope))
  if (absent.length > 0) throw new StartError([`${user.username} does not hold ${absent.join(' ')}.`])
  const scopes = [...new Set([...held, ...given])].filter((scope) => !taken.includes(scope))
  const { administration } = await openServices(place)
  if (given.length + taken.length > 0) await administration.changeUser(user.id, { scopes }, operator)
  await tell(
    place,
    user,
    `${user.username} has ${scopes.length === 0 ? 'no scope beyond account' : scopes.join(' ')}.`,
    options,
  )
}

async function remove(name: string, { yes = false, ...options }: DeleteOptions, place: Place) {
  const { id, username, email } = await userNamed(place, name)
  if (!yes) await confirm(`Delete ${username}${email === null ? '' : ` (${email})`} for good?`)
  const { administration } = await openServices(place)
  await administration.deleteUser(id, operator)
  print(`${username} is deleted.`, { deleted: id }, options)
}

/** @throws {StartError} when the answer is another one, or nobody can be asked */
async function confirm(question: string) {
  if (!process.stdin.isTTY) throw new StartError(['There is no terminal to ask whether that is meant. Add --yes.'])
  const asking = createInterface({ input: process.stdin, output: process.stderr })
  const left = new AbortController()
  asking.once('close', () => {
    left.abort()
  })
  const answer = await asking.question(`${question} [y/N] `, { signal: left.signal }).catch(() => '')
  asking.close()
  if (!/^y(es)?$/i.test(answer.trim())) throw new StartError(['It was not confirmed.'])
}

/** What was done; for programs, how the user is now. */
async function tell(place: Place, { id }: User, text: string, options: OutputOptions) {
  print(text, options.json === true ? toUserJson(await openListing(place).find(id)) : {}, options)
}
