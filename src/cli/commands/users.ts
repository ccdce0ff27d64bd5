import { addCommands, type CommandEntry, type DefineCommand } from '../add-commands.ts'

const userCommands: CommandEntry[] = [
  {
    name: 'create',
    description: 'Create a user',
    load: async () => (await import('./users/create-user.ts')).defineCreate,
  },
  {
    name: 'invite',
    description: 'Invite a person by e-mail or with a printed link',
    load: async () => (await import('./users/invite-user.ts')).defineInvite,
  },
  {
    name: 'list',
    description: 'List users, newest first',
    load: async () => (await import('./users/list-users.ts')).defineList,
  },
  {
    name: 'show',
    description: 'Show the details of a user',
    load: async () => (await import('./users/show-user.ts')).defineShow,
  },
  {
    name: 'disable',
    description: 'Disable a user and end all their sessions',
    load: async () => (await import('./users/change-user.ts')).defineDisable,
  },
  {
    name: 'enable',
    description: 'Enable a disabled user',
    load: async () => (await import('./users/change-user.ts')).defineEnable,
  },
  {
    name: 'unlock',
    description: 'Unlock a user after failed sign-ins',
    load: async () => (await import('./users/change-user.ts')).defineUnlock,
  },
  {
    name: 'reset-password',
    description: 'Send a user a link to reset their password',
    load: async () => (await import('./users/change-user.ts')).defineResetPassword,
  },
  {
    name: 'reset-factors',
    description: 'Remove the second factors of a user who has lost them',
    load: async () => (await import('./users/change-user.ts')).defineResetFactors,
  },
  {
    name: 'scopes',
    description: 'Show or change the scopes of a user',
    load: async () => (await import('./users/change-scopes.ts')).defineScopes,
  },
  {
    name: 'delete',
    description: 'Delete a user permanently',
    load: async () => (await import('./users/delete-user.ts')).defineDelete,
  },
  {
    name: 'sessions',
    description: 'List or end the sessions of a user',
    load: async () => (await import('./users/user-sessions.ts')).defineSessions,
  },
  {
    name: 'import',
    description: 'Import users from JSON lines or CSV',
    load: async () => (await import('./users/import-users.ts')).defineImport,
  },
  {
    name: 'export',
    description: 'Export all users with their password hashes',
    load: async () => (await import('./users/export-users.ts')).defineExport,
  },
]

/** `latchkey users …` */
export const defineUsers: DefineCommand = async (users, context, words) => {
  users.addHelpText(
    'after',
    ['', 'Name a user by username, id or verified e-mail address. The audit log records', 'every change.'].join('\n'),
  )
  await addCommands(users, userCommands, context, words)
}
