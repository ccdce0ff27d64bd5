import fp from 'fastify-plugin'
import { sessionStolen } from '../src/mail/templates.ts'
import { createClients, type Clients } from '../src/tokens/clients.ts'
import { createGrants, type Grants } from '../src/tokens/grants.ts'
import { createIntrospection, type Introspection } from '../src/tokens/introspection.ts'
import { createRefresh, type Refresh } from '../src/tokens/refresh.ts'
import { createRevocation, type Revocation } from '../src/tokens/revocation.ts'
import { createSessions, type Sessions } from '../src/tokens/sessions.ts'
import { createFindSubject, type FindSubject } from '../src/tokens/find-subject.ts'

declare module 'fastify' {
  interface FastifyInstance {
    sessions: Sessions
    clients: Clients
    grants: Grants
    refresh: Refresh
    revocation: Revocation
    introspection: Introspection
    findSubject: FindSubject
  }
}

/** Sessions and clients, and what is granted to them. */
export default fp(
  async (app) => {
    const { accessTokens, audit, config, notices, refreshTokens, store } = app
    const {
      issuer,
      now,
      refreshReuseSeconds: reuseSeconds,
      sessionIdleDays: idleDays,
      sessionMaxDays: maxDays,
    } = config

    const sessions = createSessions({ store, audit, now, idleDays, maxDays })
    const clients = createClients({ store, now, audit })
    const grants = createGrants({ accessTokens, refreshTokens })
    const findSubject = createFindSubject({ sessions, clients })
    const refresh = createRefresh({
      sessions,
      refreshTokens,
      grants,
      reuseSeconds,
      now,
      audit,
      warnOwner: async (db, user) => {
        await notices.tell(db, user, 'session ended', (about) => sessionStolen({ ...about, at: now() }))
      },
    })
    const revocation = createRevocation({ accessTokens, refreshTokens, sessions, audit })
    const introspection = createIntrospection({ accessTokens, findSubject, issuer })

    app.decorate('sessions', { getter: () => sessions })
    app.decorate('clients', { getter: () => clients })
    app.decorate('grants', { getter: () => grants })
    app.decorate('findSubject', { getter: () => findSubject })
    app.decorate('refresh', { getter: () => refresh })
    app.decorate('revocation', { getter: () => revocation })
    app.decorate('introspection', { getter: () => introspection })
  },
  { name: 'latchkey-sessions', dependencies: ['latchkey-store', 'latchkey-audit', 'latchkey-jwt', 'latchkey-mail'] },
)
