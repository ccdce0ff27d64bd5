import fp from 'fastify-plugin'
import { sessionStolen } from '../src/mail/index.ts'
import {
  type Clients,
  createClients,
  createFindSubject,
  createGrants,
  createIntrospection,
  createRefresh,
  createRevocation,
  createSessions,
  type FindSubject,
  type Grants,
  type Introspection,
  type Refresh,
  type Revocation,
  type Sessions,
} from '../src/tokens/index.ts'

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
