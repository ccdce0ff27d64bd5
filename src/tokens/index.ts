export { claimIssuer } from './claim-issuer.ts'
export { invalidClient } from './client-authentication.ts'
export { type Clients, createClients, describeClient } from './clients.ts'
export type { Device, DeviceTokens } from './device-tokens.ts'
export { createRefreshTokens } from './refresh-tokens.ts'
export { metadataOf } from './server-metadata.ts'
export { toSessionJson } from './session-json.ts'
export {
  type ActiveSession,
  createSessions,
  type NewSession,
  type Session,
  type SessionInfo,
  type Sessions,
} from './sessions.ts'
export type { IssuedTokens, TokenIssuer } from './token-issuer.ts'
export { createTokens, type Tokens } from './tokens.ts'
