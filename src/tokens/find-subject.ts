import { cutScopes, ownScope, type Subject } from '../authorization/index.ts'
import type { VerifiedToken } from './access-tokens.ts'
import type { Clients } from './clients.ts'
import type { Sessions } from './sessions.ts'

interface Dependencies {
  sessions: Sessions
  clients: Clients
}

export type FindSubject = ReturnType<typeof createFindSubject>

/** Looks up whom a verified token speaks for: the session and its user, or the client, as they are now. */
export function createFindSubject({ sessions, clients }: Dependencies) {
  return async ({ subject: id, sessionId, scopes }: VerifiedToken): Promise<Subject | undefined> => {
    if (sessionId !== undefined) {
      const account = await sessions.find(sessionId, id)
      return account === undefined
        ? undefined
        : { account, session: { id: sessionId }, scopes: cutScopes(scopes, account.scopes) }
    }
    const client = await clients.find(id)
    return client?.client_credentials === true
      ? { client, scopes: cutScopes(scopes, client.scopes).filter((scope) => scope !== ownScope) }
      : undefined
  }
}
