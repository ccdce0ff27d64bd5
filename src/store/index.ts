export { columnsOf } from './columns.ts'
export { completeRows } from './complete-rows.ts'
export type { Reader, Writer } from './database.ts'
export { inspectDatabase, pendingMigrations } from './inspect.ts'
export type { Inspection } from './inspection.ts'
export { migrationNames } from './migrations.ts'
export type { OnStatement, Statement } from './observe-statements.ts'
export type { RequestWait } from './patience.ts'
export { hasTextIndexes } from './postgres/user-search.ts'
export type {
  ClientRow,
  OneTimeTokenRow,
  EventRow,
  InvitationRow,
  MailRequestRow,
  OutboxRow,
  PasskeyRow,
  SessionsTable,
  SigningKeyRow,
  StateTable,
  ThrottlesTable,
  TotpDeviceRow,
  UserRow,
} from './schema.ts'
export { backUpSqlite, copySqlite, draftBeside, removeSqlite } from './sqlite/copy.ts'
export { holdSqlite } from './sqlite/replace.ts'
export { openStore, type Store } from './store.ts'
export { minIndexedCharacters, type SearchedField, type SelectUsers } from './user-search.ts'
