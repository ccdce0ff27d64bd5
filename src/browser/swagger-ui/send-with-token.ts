import { isInvalidToken } from '../session/invalid-token.ts'
import type { PageSession, Sessions } from './sessions.ts'
import type { ClientFetch, ClientRequest } from './system.ts'

interface Options {
  sessions: Sessions
  origins: string[]
  confirm: (session: PageSession, challenge: string) => Promise<boolean>
}

/**
 * Sends a request of Swagger UI with a fresh access token in place of the one that the page had, and once more if the
 * token is invalid, or if the user has to authenticate again and does so.
 * @param origins may get the access token, as the token endpoint and the page's origin do; paths and operations of a
 *   document can name servers of others
 * @param confirm asks the user to authenticate again, and returns whether they have done so
 */
export async function sendWithToken(
  fetch: ClientFetch,
  request: ClientRequest,
  { sessions, origins, confirm }: Options,
) {
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
    const { status, headers: received } = responseOf(error)
    const challenge = String(received['www-authenticate'] ?? '')
    const isStale = status === 401 && challenge.includes('insufficient_user_authentication')
    if (!isStale && !isInvalidToken(request.method ?? '', status, challenge)) throw error
    if (isStale && !(await confirm(session, challenge))) throw error
    const replacement = await (isStale ? session.getAccessToken() : session.replaceAccessToken(token)).catch(
      () => undefined,
    )
    if (replacement === undefined) throw error
    return attempt(replacement)
  }
}

interface ErrorResponse {
  status: number
  /** Names are in lower case. A value with commas is a list of its parts. */
  headers: Record<string, string | string[] | undefined>
}

/** The response in an error of swagger-client. */
function responseOf(error: unknown): ErrorResponse {
  const response: unknown = error instanceof Error && 'response' in error ? error.response : undefined
  return { status: 0, headers: {}, ...(typeof response === 'object' ? response : {}) }
}
