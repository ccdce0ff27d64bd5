import type { Audit, Origin } from '../audit/index.ts'
import type { Account } from '../authorization/index.ts'
import { ApiError, missingFields } from '../errors/index.ts'
import type { MailRequests, Redirects } from '../one-time-tokens/index.ts'
import { hashRequestOf, type Passwords } from '../passwords/index.ts'
import type { Store } from '../store/index.ts'
import type { KnownLocations, RequestRates } from '../throttling/index.ts'
import { acceptUsername, demandIdentifier, insertUser, toAccount, type UsernamePolicy } from '../users/index.ts'
import type { NewAccount, PrepareUser } from './prepare-user.ts'

interface Dependencies {
  store: Store
  passwords: Passwords
  prepareUser: PrepareUser
  /** Whether anyone may register. */
  isOpen: boolean
  usernames: UsernamePolicy
  requireVerifiedEmail: boolean
  redirects: Redirects
  mailRequests: MailRequests
  requestRates: RequestRates
  knownLocations: KnownLocations
  audit: Audit
  /** The limit for each network. */
  maxPerHour: number
}

export interface Registration extends NewAccount {
  /** The URL that the last page of the verification links to. */
  redirect_to?: string | undefined
}

/** Lets users create their own account. */
export function createRegister({
  store,
  passwords,
  prepareUser,
  isOpen,
  usernames,
  requireVerifiedEmail,
  redirects,
  mailRequests,
  requestRates,
  knownLocations,
  audit,
  maxPerHour,
}: Dependencies) {
  /** @throws {ApiError} 403 `signup_closed`; 400; 409 `username_taken`; 429 `slow_down`; 503 */
  return async function register(account: Registration, origin: Origin): Promise<Account> {
    if (!isOpen) throw new ApiError('signup_closed')
    const redirectTo = redirects.accept(account.redirect_to)
    const { email, name, password } = account
    demandIdentifier(account, usernames)
    const username = account.username === undefined ? undefined : acceptUsername(account.username)
    if (requireVerifiedEmail && email === undefined) throw missingFields({ email })
    passwords.rules.check(password, { field: 'password', about: [username, email, name] })
    const hashRequest = hashRequestOf(origin)
    passwords.queue.assertRoom(hashRequest)
    await requestRates.count('registrations', maxPerHour, origin)
    const user = await prepareUser({ username, email, name, password }, hashRequest)
    await store.complete(async (db) => {
      await insertUser(store, db, user)
      await knownLocations.add(db, user.id, origin)
      await audit.record(db, { event: 'registered', userId: user.id, origin })
      if (email !== undefined) await mailRequests.verifyEmail(db, user, { origin, redirectTo })
    })
    return toAccount(user)
  }
}
