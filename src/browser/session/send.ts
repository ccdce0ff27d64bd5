import { OAuthError, UnreachableError } from './errors.ts'

/** A request that takes longer has failed. */
const timeoutMs = 30_000

/**
 * Sends a request whose response is JSON.
 * @param errorField the field of an error response that has its code: `error` (RFC 6749 5.2) or Latchkey's `code`
 * @returns the parsed response
 * @throws {OAuthError} if the server rejects the request
 * @throws {UnreachableError} if there is no response, or one that asks to try again later (429, 5xx)
 */
export async function send(
  fetch: typeof globalThis.fetch,
  url: string,
  request: RequestInit,
  errorField: 'error' | 'code',
): Promise<Record<string, unknown>> {
  let response
  let text
  try {
    // Without cookies: a response with Clear-Site-Data would otherwise empty the storage of the whole host.
    response = await fetch(url, { ...request, credentials: 'omit', signal: AbortSignal.timeout(timeoutMs) })
    text = await response.text()
  } catch (cause) {
    throw cause instanceof UnreachableError ? cause : new UnreachableError(`No response from ${url}`, { cause })
  }
  const body = parseObject(text)
  if (response.ok) return body
  const error = toError(url, response, body, errorField)
  if ([408, 429].includes(response.status) || response.status >= 500) {
    throw new UnreachableError(error.message, { cause: error, retryAfter: error.retryAfter })
  }
  throw error
}

function toError(url: string, response: Response, body: Record<string, unknown>, errorField: 'error' | 'code') {
  const error = body[errorField]
  const texts = [body.error_description, body.detail, body.error]
  const text = texts.find((text) => typeof text === 'string') ?? `The server answered with ${response.status}.`
  // Nothing else says which token endpoint was meant.
  const message = response.status === 404 && errorField === 'error' ? `${text.replace(/\.$/, '')}: ${url}` : text
  const seconds = Number(response.headers.get('retry-after') ?? NaN)
  return new OAuthError(message, {
    error: typeof error === 'string' ? error : '',
    status: response.status,
    retryAfter: Number.isFinite(seconds) ? seconds : undefined,
    body,
  })
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
