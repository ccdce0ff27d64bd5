import { OAuthError } from './errors.ts'
import { send } from './send.ts'

/** The success response of a token endpoint (RFC 6749 5.1). */
export interface TokenResponse {
  access_token: string
  token_type: string
  /** Seconds. */
  expires_in?: number | undefined
  refresh_token?: string | undefined
  scope?: string | undefined
  /** Latchkey's: makes the device known, and lets a lost refresh be repeated for a day. */
  device_token?: string | undefined
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
): Promise<Record<string, unknown>> {
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
export function asTokenResponse(body: Record<string, unknown>): TokenResponse {
  const text = (name: string) => {
    const value = body[name]
    return typeof value === 'string' ? value : undefined
  }
  const accessToken = text('access_token')
  const seconds = body.expires_in
  if (!accessToken) {
    throw new OAuthError('The response of the token endpoint has no access token.', {
      error: 'invalid_response',
      status: 200,
      retryAfter: undefined,
    })
  }
  return {
    access_token: accessToken,
    token_type: 'bearer',
    expires_in: typeof seconds === 'number' ? seconds : undefined,
    refresh_token: text('refresh_token'),
    scope: text('scope'),
    device_token: text('device_token'),
  }
}
