import type { NewAccount } from '../accounts/index.ts'
import type { Audit, Origin } from '../audit/index.ts'
import { type Account, awaitTurn, isAdministration, scopesOf } from '../authorization/index.ts'
import { ApiError, invalidField, missingFields } from '../errors/index.ts'
import type { MailRequests } from '../one-time-tokens/index.ts'
import { hashRequestOf, type Passwords } from '../passwords/index.ts'
import type { InvitationRow, Reader, Store } from '../store/index.ts'
import type { KnownLocations } from '../throttling/index.ts'
import {
  administratorScope,
  demandFreeUsername,
  emailTaken,
  hasAdministrator,
  insertUser,
  isAddressFree,
  toAccount,
  toUserRow,
  type UsernamePolicy,
} from '../users/index.ts'
import type { Invitations, PresentedInvitation } from './invitations.ts'

interface Dependencies {
  store: Store
  invitations: Invitations
  passwords: Passwords
  mailRequests: MailRequests
  knownLocations: KnownLocations
  audit: Audit
  usernames: UsernamePolicy
  requireVerifiedEmail: boolean
  /** Milliseconds since the epoch. */
  now: () => number
}

/** The token of the link, and the account to create. */
export interface Acceptance extends NewAccount {
  token: string
}

/** Creates accounts from invitations, even if registration is closed. */
export function createInvitationAcceptance({
  store,
  invitations,
  passwords,
  mailRequests,
  knownLocations,
  audit,
  usernames,
  requireVerifiedEmail,
  now,
}: Dependencies) {
  async function find(token: string): Promise<PresentedInvitation | undefined> {
    const row = await invitations.find(token)
    return row !== undefined && (await store.read((db) => isStillAuthorized(db, row))) ? row : undefined
  }

  return {
    /** Finds the invitation of a link, without using it up. @returns undefined if the link is invalid */
    async open(token: string): Promise<Pick<InvitationRow, 'email' | 'name'> | undefined> {
      const row = await find(token)
      return row && { email: row.email, name: row.name }
    },

    /**
     * Creates the account. Its e-mail address counts as verified if the link was sent to it.
     * @returns the account, and the redirect URL of the invitation
     * @throws {ApiError} 400 `invalid_invitation`, or for an invalid field; 409 `username_taken`,
     * `email_taken`
     */
    async accept(
      { token, ...given }: Acceptance,
      origin: Origin,
    ): Promise<{ account: Account; redirectTo: string | undefined }> {
      const found = await find(token)
      if (found === undefined) throw invalidInvitation()
      if (found.email !== null && given.email !== undefined) throw invalidField('email', emailOfInvitation)
      if (found.email === null && given.email === undefined && requireVerifiedEmail) {
        throw missingFields({ email: given.email })
      }
      // Without an invited address, which would be verified, the user can sign in only with a username.
      if (found.email === null && given.username === undefined) throw missingFields({ username: given.username })
      const person = { username: given.username, email: found.email ?? given.email, name: given.name ?? found.name }
      const assigned = { passwordHash: '', isVerified: found.email !== null, scopes: scopesOf(found.scopes) }
      const row = toUserRow(person, assigned, { usernames, time: now() })
      passwords.rules.check(given.password, { field: 'password', about: [row.username, row.email, row.name] })
      await store.read((db) => demandFreeUsername(db, row.username_fold))
      const user = {
        ...row,
        password_hash: await passwords.hash(given.password, hashRequestOf(origin)),
      }

      await store.complete(async (db) => {
        await awaitTurn(store, db)
        const invitation = await invitations.take(db, token)
        if (invitation === undefined || !(await isStillAuthorized(db, invitation))) throw invalidInvitation()
        if (user.email_verified === 1 && !(await isAddressFree(db, user.email_fold ?? ''))) throw emailTaken()
        await insertUser(store, db, user)
        await knownLocations.add(db, user.id, origin)
        if (given.email !== undefined) await mailRequests.verifyEmail(db, user, { origin })
        const { id: invitationId, inviter_type: inviterType, inviter_id: inviterId } = invitation
        await audit.record(db, {
          event: 'invitation_accepted',
          userId: user.id,
          origin,
          details: {
            invitation_id: invitationId,
            inviter_type: inviterType,
            inviter_id: inviterId,
            scopes: assigned.scopes,
          },
        })
      })
      return { account: toAccount(user), redirectTo: found.redirectTo }
    },
  }
}

/** Whether the inviter may still grant these scopes. The service itself may invite only the first administrator. */
async function isStillAuthorized(
  db: Reader,
  { scopes, inviter_type: type, inviter_id: id }: InvitationRow,
): Promise<boolean> {
  if (type === 'command') return true
  if (type === 'service' || type === null) return !(await hasAdministrator(db))
  const inviter =
    type === 'client'
      ? await db
          .selectFrom('clients')
          .select('scopes')
          .where('id', '=', id)
          .where('client_credentials', '=', 1)
          .executeTakeFirst()
      : await db.selectFrom('users').select('scopes').where('id', '=', id).where('disabled', '=', 0).executeTakeFirst()
  const held = scopesOf(inviter?.scopes ?? '')
  return (
    held.includes(administratorScope) &&
    scopesOf(scopes).every((scope) => !isAdministration(scope) || held.includes(scope))
  )
}

const emailOfInvitation = 'must be left out, because the invitation has an e-mail address'

function invalidInvitation() {
  return new ApiError('invalid_invitation')
}
