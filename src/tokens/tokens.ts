import type { Audit } from '../audit/index.ts'
import type { Config } from '../config/index.ts'
import type { Keys } from '../keys/index.ts'
import { type MailService, sessionStolen } from '../mail/index.ts'
import type { Store } from '../store/index.ts'
import { createAccessTokens } from './access-tokens.ts'
import { createAuthenticate } from './authenticate.ts'
import { createClients } from './clients.ts'
import { createFindSubject } from './find-subject.ts'
import { createGrants } from './grants.ts'
import { createIntrospection } from './introspection.ts'
import { createRefreshTokens } from './refresh-tokens.ts'
import { createRefresh } from './refresh.ts'
import { createRevocation } from './revocation.ts'
import { createSessions } from './sessions.ts'

interface Dependencies {
  config: Config
  store: Store
  audit: Audit
  keys: Keys
  mail: Pick<MailService, 'notices'>
}

export type Tokens = ReturnType<typeof createTokens>

/** Access and refresh tokens, the sessions they belong to, and the clients that ask for them. */
export function createTokens({ config, store, audit, keys, mail: { notices } }: Dependencies) {
  const { accessTokenExpireMinutes: lifetimeMinutes, audience, issuer, now, refreshReuseSeconds: reuseSeconds } = config

  const accessTokens = createAccessTokens({
    keyRing: keys.ring,
    decode: keys.jwt.decode,
    issuer,
    audience,
    lifetimeMinutes,
    now,
  })
  const refreshTokens = createRefreshTokens({ masterKey: keys.masterKey })
  const sessions = createSessions({
    store,
    audit,
    now,
    idleDays: config.sessionIdleDays,
    maxDays: config.sessionMaxDays,
  })
  const clients = createClients({ store, now, audit })
  const grants = createGrants({ accessTokens, refreshTokens })
  const findSubject = createFindSubject({ sessions, clients })

  return {
    accessTokens,
    refreshTokens,
    sessions,
    clients,
    grants,
    authenticate: createAuthenticate({ accessTokens, findSubject }),
    introspection: createIntrospection({ accessTokens, findSubject, issuer }),
    revocation: createRevocation({ accessTokens, refreshTokens, sessions, audit }),
    refresh: createRefresh({
      sessions,
      refreshTokens,
      grants,
      reuseSeconds,
      now,
      audit,
      warnOwner: async (db, user) => {
        await notices.notify(db, user, 'session_ended', (about) => sessionStolen({ ...about, at: now() }))
      },
    }),
  }
}
