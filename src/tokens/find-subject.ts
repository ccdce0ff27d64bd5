import {
  cutScopes,
  cutToOwnAccount,
  lacksSecondFactor,
  ownScope,
  type SecondFactorPolicy,
  type Subject,
} from '../authorization/index.ts'
import type { VerifiedToken } from './access-tokens.ts'
import type { Clients } from './clients.ts'
import type { Sessions } from './sessions.ts'

interface Dependencies {
  sessions: Sessions
  clients: Clients
  secondFactorPolicy: SecondFactorPolicy
}

export type FindSubject = ReturnType<typeof createFindSubject>

/** Looks up the current state of a verified token's subject: the session and its user, or the client. */
export function createFindSubject({ sessions, clients, secondFactorPolicy }: Dependencies) {
  /** @param findSession finds the session and its user */
  return async (
    { subject: id, sessionId, scopes }: VerifiedToken,
    findSession: Sessions['find'] = sessions.find,
  ): Promise<Subject | undefined> => {
    if (sessionId !== undefined) {
      const found = await findSession(sessionId, id)
      if (found === undefined) return undefined
      const { account, authenticatedAt, methods, hasSecondFactor } = found
      const session = { id: sessionId, authenticatedAt, methods }
      const authentication = { accountScopes: account.scopes, hasSecondFactor, methods }
      const needsSecondFactor = lacksSecondFactor(secondFactorPolicy, authentication)
      const held = cutScopes(scopes, account.scopes)
      const effective = needsSecondFactor ? cutToOwnAccount(held) : held
      return { account, session, hasSecondFactor, needsSecondFactor, scopes: effective }
    }
    const client = await clients.find(id)
    return client?.grant_types.includes('client_credentials') === true
      ? { client, scopes: cutScopes(scopes, client.scopes).filter((scope) => scope !== ownScope) }
      : undefined
  }
}
