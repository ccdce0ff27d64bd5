import { isInvalidToken } from '../session/invalid-token.ts'
import type { Sessions } from './sessions.ts'
import type { ClientFetch, ClientRequest } from './system.ts'

/**
 * Sends a request of Swagger UI with a fresh access token in place of the one that the page had, and once more if the
 * token is invalid.
 * @param origins may get the access token, as the token endpoint and the page's origin do; paths and operations of a
 *   document can name servers of others
 */
export async function sendWithToken(fetch: ClientFetch, request: ClientRequest, sessions: Sessions, origins: string[]) {
  const { Authorization: shown = '', ...headers } = request.headers ?? {}
  const session = sessions.ofToken(shown.replace(/^Bearer /, ''))
  if (session === undefined) return fetch(request)
  const { origin } = new URL(request.url, location.href)
  const isTrusted = [location.origin, new URL(session.tokenUrl).origin, ...origins].includes(origin)
  const token = isTrusted ? await session.getAccessToken() : undefined
  // The token that the page had is revoked or has expired if the session has ended since.
  if (token === undefined) return fetch({ ...request, headers })

  const attempt = (token: string) => fetch({ ...request, headers: { ...headers, Authorization: `Bearer ${token}` } })
  try {
    return await attempt(token)
  } catch (error) {
    const response = responseOf(error)
    if (!isInvalidToken(request.method ?? '', response.status, response.headers['www-authenticate'])) throw error
    const replacement = await session.replaceAccessToken(token).catch(() => undefined)
    if (replacement === undefined) throw error
    return attempt(replacement)
  }
}

/** The response in an error of swagger-client, whose header names are in lower case. */
function responseOf(error: unknown): { status: number; headers: Record<string, string | undefined> } {
  const response: unknown = error instanceof Error && 'response' in error ? error.response : undefined
  return { status: 0, headers: {}, ...(typeof response === 'object' ? response : {}) }
}
