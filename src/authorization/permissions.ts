import { fromCommand, type Origin } from '../audit/index.ts'
import type { Reader, Store, Writer } from '../store/index.ts'
import { demandScopes, InsufficientScope, invalidToken } from './errors.ts'
import { isClient, type Subject } from './principal.ts'
import { cutScopes, isAdministration, scopesOf } from './scopes.ts'

/** The user, client or operator who acts on users and clients. */
export interface Caller {
  origin: Origin
  subject: Subject | 'operator'
}

/** An operator at the command line. */
export const operator: Caller = { origin: fromCommand, subject: 'operator' }

/** The scopes that a caller has now; `all` for an operator. */
export type Rights = string[] | 'all'

/**
 * The first step of each transaction in which a caller acts on users or clients. These transactions run one after
 * another, so that each reads the rights as the previous one left them.
 * @param required the scope that the operation requires
 * @returns the caller's current rights, which may have shrunk since the request arrived
 * @throws {ApiError} 401 when the caller's session has ended meanwhile, 403 when the caller has lost the scope
 */
export async function claimRights(store: Store, db: Writer, { subject }: Caller, required: string): Promise<Rights> {
  await awaitTurn(store, db)
  if (subject === 'operator') return 'all'
  const held = await findScopes(db, subject)
  if (held === undefined) throw invalidToken()
  const scopes = cutScopes(subject.scopes, held)
  demandScopes({ scopes }, [required])
  return scopes
}

/** Transactions that change rights wait here for each other, before they lock anything else. */
export function awaitTurn(store: Store, db: Writer): Promise<void> {
  return store.lockName(db, 'administration')
}

/**
 * A caller must hold every administration scope of the user, client or invitation acted on, and every administration
 * scope to be granted.
 * @param what the subject of the error message: `The user`
 * @throws {InsufficientScope}
 */
export function demandReach(
  scopes: string[],
  rights: Rights,
  { what, userId }: { what: string; userId?: string },
): void {
  const missing = beyondReach(scopes, rights)
  if (missing.length > 0) {
    throw new InsufficientScope(`${what} has administration scopes that the access token lacks.`, { missing, userId })
  }
}

export function isWithinReach(scopes: string[], rights: Rights): boolean {
  return beyondReach(scopes, rights).length === 0
}

function beyondReach(scopes: string[], rights: Rights): string[] {
  return rights === 'all' ? [] : scopes.filter((scope) => isAdministration(scope) && !rights.includes(scope))
}

/** The current scopes of a client, or of a user with an active session. */
async function findScopes(db: Reader, subject: Subject): Promise<string[] | undefined> {
  const row = isClient(subject)
    ? await db
        .selectFrom('clients')
        .select('scopes')
        .where('id', '=', subject.client.id)
        .where('client_credentials', '=', 1)
        .executeTakeFirst()
    : await db
        .selectFrom('sessions')
        .innerJoin('users', 'users.id', 'sessions.user_id')
        .select('users.scopes')
        .where('sessions.id', '=', subject.session.id)
        .where('users.id', '=', subject.account.id)
        .where('users.disabled', '=', 0)
        .executeTakeFirst()
  return row && scopesOf(row.scopes)
}
