import { ApiError } from '../errors/index.ts'
import type { Passwords } from '../passwords/index.ts'
import type { Store, UserRow } from '../store/index.ts'
import type { AttemptRequest, Attempts, PendingAttempt } from '../throttling/index.ts'

interface Dependencies {
  store: Store
  passwords: Passwords
  attempts: Attempts
}

interface AuthenticationRequest extends Omit<AttemptRequest, 'factor'> {
  password: string
}

/** A user whose password was correct. */
export interface CheckedPassword {
  user: UserRow
  /** Counts as a failure until it is accepted or released. */
  attempt: PendingAttempt
}

export type Authenticate = ReturnType<typeof createAuthenticate>

/** Authenticates users by their password. */
export function createAuthenticate({ store, passwords, attempts }: Dependencies) {
  async function verify(password: string, attempt: PendingAttempt): Promise<boolean> {
    try {
      return await passwords.verify(password, attempt.user?.password_hash, attempt.hashRequest)
    } catch (error) {
      await attempts.release(attempt)
      throw error
    }
  }

  /** Replaces a hash of another cost or system. If the hash queue is full, a later sign-in does so instead. */
  async function rehash({ id, password_hash: previous }: UserRow, password: string, { location }: PendingAttempt) {
    if (!passwords.needsRehash(previous)) return
    try {
      const hash = await passwords.hash(password, location.hashRequest)
      await store.write((db) =>
        db
          .updateTable('users')
          .set({ password_hash: hash })
          .where('id', '=', id)
          .where('password_hash', '=', previous)
          .execute(),
      )
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
    }
  }

  /**
   * Takes the same time for unknown, disabled and locked users.
   * @returns undefined if the password is wrong or the user may not sign in
   * @throws {ApiError} 429 `slow_down`; 503
   */
  return async function authenticate({
    password,
    ...request
  }: AuthenticationRequest): Promise<CheckedPassword | undefined> {
    const attempt = await attempts.reserve({ ...request, factor: 'password' })
    const isRight = await verify(password, attempt)
    const { user, isLocked } = attempt
    if (user === undefined || !isRight || user.disabled === 1 || isLocked) {
      await attempts.reject(attempt, reasonOf(user, isRight))
      return undefined
    }
    await rehash(user, password, attempt)
    return { user, attempt }
  }
}

function reasonOf(user: UserRow | undefined, isRight: boolean) {
  if (user === undefined) return 'no_such_account'
  if (!isRight) return 'wrong'
  return user.disabled === 1 ? 'disabled' : 'locked'
}
