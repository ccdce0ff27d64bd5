import { ApiError } from '../errors/index.ts'
import { firstPartyClient } from './first-party-client.ts'

/** The client credentials of a request, not yet verified. */
interface ClientCredentials {
  id: string
  secret: string | undefined
}

/** The fields of a form that identify a client. */
export interface ClientForm {
  client_id?: string | undefined
  client_secret?: string | undefined
}

/**
 * Reads client credentials from the Authorization header or the form; both at once are rejected (RFC 6749 2.3.1). A
 * request without credentials, or with empty ones as Swagger UI sends them, comes from the first-party client.
 * @param authorization the `Authorization` header of the request
 * @throws {ApiError} 400 `invalid_request` for two secrets; 401 `invalid_client` for two clients or malformed
 * credentials
 */
export function readClientCredentials(
  authorization: string | undefined,
  { client_id: formId, client_secret: formSecret }: ClientForm,
): ClientCredentials {
  const basic = basicCredentials(authorization)
  if ((basic?.id ?? basic?.secret) !== undefined && formSecret !== undefined) {
    throw new ApiError('invalid_request', {
      detail: 'Send the client credentials either in the Authorization header or in the body, not in both.',
    })
  }
  const id = basic?.id ?? formId ?? firstPartyClient.id
  if (formId !== undefined && formId !== id) throw invalidClient()
  return { id, secret: basic?.secret ?? formSecret }
}

/** Reads `Authorization: Basic …` (RFC 7617 2). Both parts are form-encoded (RFC 6749 2.3.1) and may be empty. */
function basicCredentials(
  authorization: string | undefined,
): { id: string | undefined; secret: string | undefined } | undefined {
  const [, encoded] = /^basic +(\S.*)$/i.exec(authorization ?? '') ?? []
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  // An empty pair would still contain a colon, so this is not base64.
  if (text === '') throw invalidClient()
  const colon = text.indexOf(':')
  const [id, secret] = colon === -1 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)]
  return { id: formDecoded(id), secret: formDecoded(secret) }
}

function formDecoded(text: string): string | undefined {
  if (text === '') return undefined
  if (!/[%+]/.test(text)) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw invalidClient()
  }
}

export function invalidClient(options: { detail?: string } = {}) {
  return new ApiError('invalid_client', { ...options, headers: { 'www-authenticate': 'Basic realm="latchkey"' } })
}
