import type { OpenApiDocument } from './system.ts'

/** What a Latchkey offers beside its token endpoint. Other services offer nothing of it. */
export interface Offers {
  /** The endpoints with which users manage their second factors. */
  secondFactors: boolean
  /** The endpoint with which users authenticate again. */
  stepUp: boolean
  passkeys: boolean
}

/** @returns what a document says about the service that a token endpoint belongs to */
export function offersOf({ paths = {} }: OpenApiDocument, server: URL | undefined, tokenUrl: string): Offers {
  const root = server?.href.replace(/\/$/, '')
  const [tokenPath] = Object.keys(paths).filter((path) => root + path === tokenUrl)
  const has = (path: string) => tokenPath !== undefined && tokenPath.replace(/token$/, path) in paths
  return {
    secondFactors: has('users/me/factors'),
    stepUp: has('users/me/reauthenticate'),
    passkeys: has('passkey/options'),
  }
}
