import type { Command } from 'commander'
import type { AtDatabase } from '../database.ts'
import { addUserActCommands } from './user-actions.ts'
import { addUserCreateCommands } from './user-create.ts'
import { addUserFileCommands } from './user-files.ts'
import { addUserListCommands } from './user-list.ts'
import { addUserSessionsCommand } from './user-sessions.ts'

/** `latchkey users …` */
export function addUserCommands(program: Command, atDatabase: AtDatabase) {
  const users = program
    .command('users')
    .description('make, find, change and remove accounts')
    .addHelpText(
      'after',
      [
        '',
        'A user is named by the username, the id, or an e-mail address that is verified.',
        'What is done here is in the audit log, as done by the command.',
      ].join('\n'),
    )

  addUserCreateCommands(users, atDatabase)
  addUserListCommands(users, atDatabase)
  addUserActCommands(users, atDatabase)
  addUserSessionsCommand(users, atDatabase)
  addUserFileCommands(users, atDatabase)
}
