import { validate as isUuid } from 'uuid'
import { StartError } from '../errors/index.ts'
import { foldTyped } from '../lib/fold.ts'
import { trim } from '../lib/trim.ts'
import { columnsOf, type Reader, type UserRow } from '../store/index.ts'
import type { OpenDatabase } from './database.ts'

/**
 * Finds the user that an operator names by id, username or e-mail address. An id precedes a username,
 * which anybody may choose; an address must be verified, or a user could claim that of an administrator.
 * @throws {StartError} when there is none
 */
export function findNamedUser({ store }: Pick<OpenDatabase, 'store'>, name: string): Promise<UserRow> {
  return store.read(async (db) => {
    const user =
      (await findById(db, trim(name).toLowerCase())) ??
      (await (name.includes('@') ? findByEmail(db, name) : findByUsername(db, name)))
    if (user === undefined) {
      throw new StartError([`There is no user ${JSON.stringify(name)}. Find them with: latchkey users list`])
    }
    return user
  })
}

/** Finds the id of a user that may have been deleted: then only the id names them. */
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
    `Nobody has verified the address ${email}. Who claims it: ` +
      `${users.map(({ id, username }) => username || id).join(', ')}. Name one by the username or id.`,
  ])
}
