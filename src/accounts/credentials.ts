import { Refusal } from '../errors.ts'
import { fold } from '../fold.ts'
import type { UserRow } from '../store/schema.ts'
import type { Reader, Store } from '../store/store.ts'
import type { Passwords } from './passwords.ts'

interface Dependencies {
  store: Store
  passwords: Passwords
}

export type Credentials = ReturnType<typeof createCredentials>

/** Who somebody says they are, and whether their password is right. */
export function createCredentials ({ store, passwords }: Dependencies) {
  /** A hash of another cost, or of another system, is made anew while the password is at hand. */
  async function renewHash ({ id, password_hash: dated }: UserRow, password: string) {
    const hash = await passwords.hash(password)
    await store.write((db) => db.updateTable('users').set({ password_hash: hash }).where('id', '=', id).where('password_hash', '=', dated).execute())
  }

  const findById = (id: string): Promise<UserRow | undefined> => store.read((db) => db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst())

  /** Takes as long for nobody, and for somebody who is disabled. */
  async function areRight (user: UserRow | undefined, password: string): Promise<boolean> {
    const isRight = await passwords.verify(password, user?.password_hash)
    if (user === undefined || !isRight || user.disabled === 1) return false
    if (passwords.isDated(user.password_hash)) await renewHash(user, password)
    return true
  }

  return {
    find: (name: string): Promise<UserRow | undefined> => store.read((db) => findUser(db, name)),

    findById,

    areRight,

    /**
     * Of somebody who is signed in, and shows once more who they are.
     * @throws {Refusal} 400 `wrong_password`
     */
    async demand (id: string, password: string, field: string): Promise<UserRow> {
      const user = await findById(id)
      if (!await areRight(user, password) || user === undefined) throw wrongPassword(field)
      return user
    },
  }
}

/** @param name a username, or an e-mail that is verified. No username holds an @. */
export function findUser (db: Reader, name: string): Promise<UserRow | undefined> {
  const users = db.selectFrom('users').selectAll()
  const one = name.includes('@') ? users.where('email_fold', '=', fold(name)).where('email_verified', '=', 1) : users.where('username_fold', '=', fold(name))
  return one.executeTakeFirst()
}

/** For somebody who is signed in, or holds a link: 400 `wrong_password`. */
export function wrongPassword (field: string) {
  return new Refusal(400, 'wrong_password', 'The password is wrong.', { errors: [{ path: `/${field}`, message: 'is wrong' }] })
}

/** What nobody should make a password of. */
export function aboutUser ({ username, email, name }: Pick<UserRow, 'username' | 'email' | 'name'>): (string | null)[] {
  return [username, email, name]
}
