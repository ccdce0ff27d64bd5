import { ApiError } from '../errors/index.ts'
import { firstPartyClient } from './first-party-client.ts'

/** The credentials of a request, which are not verified yet. */
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
 * Reads the credentials of the client in a request, by Basic or by the form, never both (RFC 6749 2.3.1). Without any,
 * and with empty ones as Swagger UI sends them, it is the first-party client.
 * @param authorization the request's header
 * @throws {ApiError} 400 `invalid_request` for two secrets; 401 `invalid_client` for two clients, or malformed ones
 */
export function readClientCredentials(
  authorization: string | undefined,
  { client_id: formId, client_secret: formSecret }: ClientForm,
): ClientCredentials {
  const basic = basicCredentials(authorization)
  if ((basic?.id ?? basic?.secret) !== undefined && formSecret !== undefined) {
    throw new ApiError('invalid_request', {
      detail: 'The client must authenticate by the Authorization header or by the form, not by both.',
    })
  }
  const id = basic?.id ?? formId ?? firstPartyClient.id
  if (formId !== undefined && formId !== id) throw invalidClient()
  return { id, secret: basic?.secret ?? formSecret }
}

/** Reads `Authorization: Basic …` (RFC 7617 2). Its parts are form-encoded (RFC 6749 2.3.1), and may be empty. */
function basicCredentials(
  authorization: string | undefined,
): { id: string | undefined; secret: string | undefined } | undefined {
  const [, encoded] = /^basic +(\S.*)$/i.exec(authorization ?? '') ?? []
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  // It is not base64: an empty pair is still a colon.
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
