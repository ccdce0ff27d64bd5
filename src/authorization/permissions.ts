import { fromCommand, type Origin } from '../audit/index.ts'
import type { Reader, Store, Writer } from '../store/index.ts'
import { demandScopes, InsufficientScope, invalidToken } from './errors.ts'
import { isClient, type Subject } from './principal.ts'
import { cutScopes, isAdministration, scopesOf } from './scopes.ts'

/** The user, client or operator who acts on others. */
export interface Caller {
  origin: Origin
  subject: Subject | 'operator'
}

/** An operator at the command line. */
export const operator: Caller = { origin: fromCommand, subject: 'operator' }

/** The scopes that a caller may act with. */
export type Rights = string[] | 'all'

/**
 * Comes first in a transaction that acts on others. Such transactions run one after another, so that each finds the
 * rights as the previous one has left them.
 * @param needed the scope that the act requires
 * @returns what the caller holds now, which may be less than when the request came
 * @throws {ApiError} 401 when the caller has been signed out meanwhile, 403 when they have lost the scope
 */
export async function claimRights(store: Store, db: Writer, { subject }: Caller, needed: string): Promise<Rights> {
  await awaitTurn(store, db)
  if (subject === 'operator') return 'all'
  const held = await findScopes(db, subject)
  if (held === undefined) throw invalidToken()
  const scopes = cutScopes(subject.scopes, held)
  demandScopes({ scopes }, [needed])
  return scopes
}

/** Transactions that change rights wait for their turn, before they lock anything else. */
export function awaitTurn(store: Store, db: Writer): Promise<void> {
  return store.lockName(db, 'administration')
}

/**
 * A caller may neither act on a user, client or invitation with administration scopes that the caller lacks, nor grant
 * such scopes.
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

/** The scopes of a user while the session is active, or of a client. */
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
