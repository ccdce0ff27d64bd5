import { OAuthError } from './errors.ts'
import { send } from './send.ts'

/** The success response of a token endpoint (RFC 6749 5.1). */
export interface TokenResponse {
  access_token: string
  token_type: string
  /** Seconds. */
  expires_in?: number
  refresh_token?: string
  scope?: string
  /** Latchkey's: makes the device known, and lets a lost refresh be repeated for a day. */
  device_token?: string
}

/** Authenticates a client; first-party apps have none. */
export interface ClientCredentials {
  clientId?: string | undefined
  clientSecret?: string | undefined
  /** Where a confidential client puts its credentials (RFC 6749 2.3.1), by default into the header. */
  clientAuthentication?: 'header' | 'body' | undefined
}

/**
 * Sends a request to a token or revocation endpoint.
 * @param parameters form fields; undefined ones are left out
 * @returns the parsed response
 * @throws {OAuthError} if the server rejects the request
 * @throws {UnreachableError} if there is no response, or one that asks to try again later (429, 5xx)
 */
export async function postForm(
  fetch: typeof globalThis.fetch,
  url: string,
  parameters: Record<string, string | undefined>,
  { clientId, clientSecret, clientAuthentication = 'header' }: ClientCredentials = {},
  furtherHeaders: Record<string, string> = {},
): Promise<unknown> {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) form.set(name, value)
  const headers: Record<string, string> = { accept: 'application/json', ...furtherHeaders }
  if (clientId && clientSecret && clientAuthentication === 'header') {
    headers.authorization = `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`)}`
  } else {
    if (clientId) form.set('client_id', clientId)
    if (clientSecret) form.set('client_secret', clientSecret)
  }

  // Arrives also when the page is left.
  return await send(fetch, url, { method: 'POST', body: form, headers, keepalive: true }, 'error')
}

/**
 * Ends a session on the server.
 * @throws {OAuthError | UnreachableError} as `postForm` does
 */
export async function revoke(
  fetch: typeof globalThis.fetch,
  url: string,
  token: string,
  credentials: ClientCredentials,
): Promise<void> {
  const { location }: { location?: { origin?: string } } = globalThis as object
  // Latchkey then sends no Clear-Site-Data, which Chromium would report in the console, since it ignores the header
  // without credentials. Latchkey sends none to other origins.
  const isOwnOrigin = new URL(url).origin === location?.origin
  await postForm(fetch, url, { token }, credentials, isOwnOrigin ? { 'latchkey-clear-site-data': 'off' } : {})
}

/** @throws {OAuthError} if a response is no token response */
export function asTokenResponse(body: unknown): TokenResponse {
  const fields = typeof body === 'object' && body !== null ? body : {}
  if (!('access_token' in fields) || typeof fields.access_token !== 'string' || fields.access_token === '') {
    throw new OAuthError('The response of the token endpoint has no access token.', {
      error: 'invalid_response',
      status: 200,
      retryAfter: undefined,
    })
  }
  const text = (name: string) => {
    const value: unknown = Reflect.get(fields, name)
    return typeof value === 'string' ? { [name]: value } : {}
  }
  const seconds: unknown = Reflect.get(fields, 'expires_in')
  return {
    access_token: fields.access_token,
    token_type: 'bearer',
    ...(typeof seconds === 'number' && Number.isFinite(seconds) ? { expires_in: seconds } : {}),
    ...text('refresh_token'),
    ...text('scope'),
    ...text('device_token'),
  }
}
