import { addCommands, type CommandEntry, type DefineCommand } from '../add-commands.ts'

const userCommands: CommandEntry[] = [
  {
    name: 'create',
    description: 'make an account; the password is asked for, and not shown',
    load: async () => (await import('./users/create-user.ts')).defineCreate,
  },
  {
    name: 'invite',
    description: 'let somebody make their own account, by a link that is mailed or printed',
    load: async () => (await import('./users/invite-user.ts')).defineInvite,
  },
  {
    name: 'list',
    description: 'show the users, the newest first',
    load: async () => (await import('./users/list-users.ts')).defineList,
  },
  {
    name: 'show',
    description: 'show all that is known of a user, but for secrets',
    load: async () => (await import('./users/show-user.ts')).defineShow,
  },
  {
    name: 'disable',
    description: 'keep a user out: every session ends, and no password helps',
    load: async () => (await import('./users/change-user.ts')).defineDisable,
  },
  {
    name: 'enable',
    description: 'let a user in again',
    load: async () => (await import('./users/change-user.ts')).defineEnable,
  },
  {
    name: 'unlock',
    description: 'forget the wrong passwords that count against a user',
    load: async () => (await import('./users/change-user.ts')).defineUnlock,
  },
  {
    name: 'reset-password',
    description: 'mail a user a link by which they choose another password',
    load: async () => (await import('./users/change-user.ts')).defineResetPassword,
  },
  {
    name: 'scopes',
    description: 'show, give or take what a user may do',
    load: async () => (await import('./users/change-scopes.ts')).defineScopes,
  },
  {
    name: 'delete',
    description: 'remove an account and all that is held about its user, for good',
    load: async () => (await import('./users/delete-user.ts')).defineDelete,
  },
  {
    name: 'sessions',
    description: 'show the devices on which a user is signed in, or sign them out',
    load: async () => (await import('./users/user-sessions.ts')).defineSessions,
  },
  {
    name: 'import',
    description: 'make accounts from a file of another system, or of `latchkey users export`',
    load: async () => (await import('./users/import-users.ts')).defineImport,
  },
  {
    name: 'export',
    description: 'write all accounts, their password hashes included, as JSON lines',
    load: async () => (await import('./users/export-users.ts')).defineExport,
  },
]

/** `latchkey users …` */
export const defineUsers: DefineCommand = async (users, context, words) => {
  users.addHelpText(
    'after',
    [
      '',
      'A user is named by the username, the id, or an e-mail address that is verified.',
      'What is done here is in the audit log, as done by the command.',
    ].join('\n'),
  )
  await addCommands(users, userCommands, context, words)
}
