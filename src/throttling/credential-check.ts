import type { EventName, Origin } from '../audit/index.ts'
import { ApiError } from '../errors/index.ts'
import { fold } from '../lib/fold.ts'
import type { Entrant, Hashing } from '../passwords/index.ts'
import type { Store, UserRow } from '../store/index.ts'
import type { Guarding, Trial } from './pending-attempts.ts'

interface Dependencies {
  store: Store
  passwords: Hashing
  guarding: Guarding
}

/** What somebody says of themselves. */
export interface Shown {
  /** A username or a verified e-mail. */
  name: string
  password: string
  deviceToken?: string | undefined
}

/** Somebody whose password was right. Until that is accepted it counts as a wrong one. */
export interface Proof extends Pick<Trial, 'accept' | 'takeBack' | 'entrant' | 'place'> {
  user: UserRow
}

export type Credentials = ReturnType<typeof createCredentials>

/** Who somebody says they are, and whether their password is right. */
export function createCredentials({ store, passwords, guarding }: Dependencies) {
  const findByUsername = store.prepare((db) => db.selectFrom('users').selectAll().where('username_fold', '=', 'fold'))
  const findByEmail = store.prepare((db) =>
    db.selectFrom('users').selectAll().where('email_fold', '=', 'fold').where('email_verified', '=', 1),
  )
  const findWithId = store.prepare((db) => db.selectFrom('users').selectAll().where('id', '=', 'id'))

  const find = async (name: string): Promise<UserRow | undefined> =>
    name.includes('@') ? findByEmail(fold(name), 1) : findByUsername(fold(name))
  const findById = async (id: string): Promise<UserRow | undefined> => findWithId(id)

  /** A hash of another cost, or of another system, is made anew while the password is at hand; another time, when there is no room. */
  async function renewHash({ id, password_hash: dated }: UserRow, password: string, entrant: Entrant) {
    if (!passwords.isDated(dated)) return
    try {
      const hash = await passwords.hash(password, entrant)
      await store.write((db) =>
        db
          .updateTable('users')
          .set({ password_hash: hash })
          .where('id', '=', id)
          .where('password_hash', '=', dated)
          .execute(),
      )
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
    }
  }

  /** Takes as long for nobody, for somebody who is disabled, and for an account that is shut. */
  async function prove(
    { name, password, deviceToken }: Shown,
    user: UserRow | undefined,
    failure: EventName,
    origin: Origin,
  ): Promise<Proof | undefined> {
    const trial = await guarding.begin({ name, user, origin, deviceToken, failure, factor: 'password' })
    const { accept, takeBack, entrant, place, isShut, reject } = trial
    const isRight = await passwords.verify(password, user?.password_hash, entrant).catch(async (error) => {
      await takeBack()
      throw error
    })
    if (user === undefined || !isRight || user.disabled === 1 || isShut) {
      await reject(reasonOf(user, isRight))
      return undefined
    }
    await renewHash(user, password, entrant)
    return { user, accept, takeBack, entrant, place }
  }

  return {
    find,

    findById,

    /**
     * @returns undefined when name or password is wrong, or nobody gets in with them
     * @throws {ApiError} 429 `slow_down`; 503
     */
    async prove(shown: Shown, failure: EventName, origin: Origin): Promise<Proof | undefined> {
      // In a storm those who would be refused whoever they are cost nothing more.
      guarding.demandRoom(origin)
      return prove(shown, await find(shown.name), failure, origin)
    },

    /**
     * Of whoever is signed in, or has been sent something, and shows once more who they are.
     * @param field that of the password
     * @throws {ApiError} 400 `wrong_password`; 429 `slow_down`; 503
     */
    async demand(shown: Shown, user: UserRow | undefined, field: string, origin: Origin): Promise<Proof> {
      const proof = await prove(shown, user, 'reauthentication_failed', origin)
      if (proof === undefined) throw wrongPassword(field)
      return proof
    },
  }
}

function reasonOf(user: UserRow | undefined, isRight: boolean) {
  if (user === undefined) return 'no_such_account'
  if (!isRight) return 'wrong'
  return user.disabled === 1 ? 'disabled' : 'locked'
}

/** For somebody who is signed in, or holds a link: 400 `wrong_password`. */
export function wrongPassword(field: string) {
  return new ApiError('wrong_password', { errors: [{ path: `/${field}`, message: 'is wrong' }] })
}
