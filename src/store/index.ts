export { type Look, lookAt, pendingIn } from './inspect.ts'
export { migrationNames } from './migrations.ts'
export type {
  ClientRow,
  OneTimeTokenRow,
  EventRow,
  InvitationRow,
  MailRequestRow,
  OutboxRow,
  SessionsTable,
  SigningKeyRow,
  StateTable,
  UserRow,
} from './schema.ts'
export { backUpSqlite, copySqlite, draftBeside, removeSqlite } from './sqlite/copy.ts'
export { holdSqlite } from './sqlite/replace.ts'
export { openStore, type Reader, type Store, type Writer } from './store.ts'
