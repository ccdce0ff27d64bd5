import { validate as isUuid } from 'uuid'
import { StartError } from '../errors/index.ts'
import { foldTyped } from '../lib/fold.ts'
import { trim } from '../lib/trim.ts'
import { columnsOf, type Reader, type UserRow } from '../store/index.ts'
import type { OpenDatabase } from './database.ts'

/**
 * Finds a user by id, username or e-mail address. An id takes precedence over a username, because users choose their
 * usernames. An e-mail address must be verified, or a user could claim that of an administrator.
 * @throws {StartError} when there is no such user
 */
export function findNamedUser({ store }: Pick<OpenDatabase, 'store'>, name: string): Promise<UserRow> {
  return store.read(async (db) => {
    const user =
      (await findById(db, trim(name).toLowerCase())) ??
      (await (name.includes('@') ? findByEmail(db, name) : findByUsername(db, name)))
    if (user === undefined) {
      throw new StartError([`There is no user ${JSON.stringify(name)}. To list all users, run: latchkey users list`])
    }
    return user
  })
}

/** Finds the id of a user. A deleted user can only be named by the id. */
export async function findNamedId(database: Pick<OpenDatabase, 'store'>, name: string): Promise<string> {
  return isUuid(name) ? name.toLowerCase() : (await findNamedUser(database, name)).id
}

function findById(db: Reader, id: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').select(columnsOf.users).where('id', '=', id).executeTakeFirst()
}

function findByUsername(db: Reader, username: string): Promise<UserRow | undefined> {
  const users = db.selectFrom('users').select(columnsOf.users)
  return users.where('username_fold', '=', foldTyped(username)).executeTakeFirst()
}

async function findByEmail(db: Reader, email: string): Promise<UserRow | undefined> {
  const users = await db
    .selectFrom('users')
    .select(columnsOf.users)
    .where('email_fold', '=', foldTyped(email))
    .orderBy('email_verified', 'desc')
    .limit(20)
    .execute()
  const [first] = users
  if (first === undefined || first.email_verified === 1) return first
  throw new StartError([
    `The e-mail address ${email} is unverified, so it does not identify a user. Accounts that claim it: ` +
      `${users.map(({ id, username }) => username || id).join(', ')}. Use the username or id.`,
  ])
}
