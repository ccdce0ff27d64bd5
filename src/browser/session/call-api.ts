import { send } from './send.ts'

/** An endpoint of Latchkey, relative to the token endpoint, such as `users/me/factors`. */
export interface ApiCall {
  path: string
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  body?: object | undefined
}

/**
 * Calls an endpoint of the Latchkey that a token endpoint belongs to.
 * @param fetch adds the access token, where one is needed
 * @throws {OAuthError} if the server rejects the request; its `error` is the `code` of the response
 * @throws {UnreachableError} if the server does not answer
 */
export async function callApi(
  fetch: typeof globalThis.fetch,
  tokenUrl: string,
  { path, method = 'POST', body }: ApiCall,
): Promise<Record<string, unknown>> {
  const content = body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return await send(fetch, new URL(path, tokenUrl).href, { method, ...content }, 'code')
}
