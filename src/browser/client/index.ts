import createOpenApiClient from 'openapi-fetch'
import { createSession, type SessionOptions } from '../session/session.ts'
import type { paths } from './api.ts'

export { OAuthError, PasskeyError, type Remembering, SecondFactorError, UnreachableError } from '../session/errors.ts'
export { passkeyObstacle } from '../session/passkey.ts'
export type { EndReason, SessionState } from '../session/tab-session.ts'
export type { Session, SessionOptions } from '../session/session.ts'
export type { PasskeySignIn, SignIn } from '../session/sign-in.ts'
export type { Passkey, Proof } from '../session/step-up.ts'
export type { SharedStorage, TokenStorage } from '../session/tab-copies.ts'
export type { components, operations, paths } from './api.ts'

export interface ClientOptions extends Omit<SessionOptions, 'tokenUrl' | 'revocationUrl'> {
  /** The origin of the service, such as `https://auth.example.com`; a path before the API is allowed. */
  baseUrl: string
  /** The service's setting `PREFIX`. */
  prefix?: string
}

export type Client = ReturnType<typeof createClient>

/**
 * Creates a client with a session: sign in with `session.signIn`, call Latchkey with `api`, and your own routes with
 * `session.fetch`. Both send a valid access token, which is refreshed before it expires.
 */
export function createClient({ baseUrl, prefix = '/auth', ...options }: ClientOptions) {
  const root = normalize(baseUrl)
  const session = createSession({
    ...options,
    tokenUrl: `${root}${prefix}/token`,
    revocationUrl: `${root}${prefix}/revoke`,
  })
  // The paths of the types are those of the default prefix. A request that is made from another one would have a
  // stream as its body, which Chromium does not send over HTTP/1.1.
  class PrefixedRequest extends Request {
    constructor(input: string | URL | Request, init?: RequestInit) {
      super(typeof input === 'string' ? input.replace(`${root}/auth/`, `${root}${prefix}/`) : input, init)
    }
  }
  const api = createOpenApiClient<paths>({
    baseUrl: root,
    Request: PrefixedRequest,
    fetch: (request) => session.fetch(request),
  })
  return { api, session }
}

/** Writes a base URL as the URLs of requests are written, with no slash at the end. */
function normalize(baseUrl: string): string {
  if (!/^https?:\/\//i.test(baseUrl) || !URL.canParse(baseUrl)) {
    throw new TypeError(
      `baseUrl must be an absolute http or https URL, such as https://auth.example.com, not "${baseUrl}".`,
    )
  }
  return new URL(baseUrl).href.replace(/\/+$/, '')
}
