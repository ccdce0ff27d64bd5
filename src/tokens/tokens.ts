import type { Audit } from '../audit/index.ts'
import type { Config } from '../config/index.ts'
import type { Keys } from '../keys/index.ts'
import type { MailService } from '../mail/index.ts'
import type { Store } from '../store/index.ts'
import { createAccessTokens } from './access-tokens.ts'
import { createAuthenticateRequest } from './authenticate-request.ts'
import { createClients } from './clients.ts'
import { createDeviceTokens } from './device-tokens.ts'
import { createFindSubject } from './find-subject.ts'
import { createIntrospect } from './introspect.ts'
import { createRefreshTokens } from './refresh-tokens.ts'
import { createRefresh } from './refresh.ts'
import { createRevoke } from './revoke.ts'
import { createSessions } from './sessions.ts'
import { createTokenIssuer } from './token-issuer.ts'

interface Dependencies {
  config: Config
  store: Store
  audit: Audit
  keys: Keys
  mail: Pick<MailService, 'notices'>
}

export type Tokens = ReturnType<typeof createTokens>

/** Access and refresh tokens, the sessions they belong to, and the clients that request them. */
export function createTokens({ config, store, audit, keys, mail: { notices } }: Dependencies) {
  const { accessTokenExpireMinutes: lifetimeMinutes, audience, issuer, now, refreshReuseSeconds: reuseSeconds } = config
  const { requireSecondFactor: secondFactorPolicy } = config

  const accessTokens = createAccessTokens({
    keyRing: keys.ring,
    decode: keys.jwt.decode,
    issuer,
    audience,
    lifetimeMinutes,
    now,
  })
  const refreshTokens = createRefreshTokens({ masterKey: keys.masterKey })
  const deviceTokens = createDeviceTokens({ masterKey: keys.masterKey, now })
  const sessions = createSessions({
    store,
    audit,
    now,
    idleDays: config.sessionIdleDays,
    maxDays: config.sessionMaxDays,
  })
  const clients = createClients({ store, now, audit })
  const tokenIssuer = createTokenIssuer({ accessTokens, refreshTokens, secondFactorPolicy })
  const findSubject = createFindSubject({ sessions, clients, secondFactorPolicy })
  const shared = {
    store,
    audit,
    now,
    issuer,
    reuseSeconds,
    notices,
    accessTokens,
    refreshTokens,
    deviceTokens,
    sessions,
    clients,
    tokenIssuer,
    findSubject,
  }

  return {
    sessions,
    deviceTokens,
    clients,
    tokenIssuer,
    authenticateRequest: createAuthenticateRequest(shared),
    refresh: createRefresh(shared),
    revoke: createRevoke(shared),
    introspect: createIntrospect(shared),
  }
}
