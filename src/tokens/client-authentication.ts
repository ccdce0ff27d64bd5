import { ApiError } from '../errors/index.ts'
import { firstParty } from './sessions.ts'

/** What a client says of itself. */
export interface ClientCredentials {
  id: string
  secret: string | undefined
}

export interface ClientForm {
  client_id?: string | undefined
  client_secret?: string | undefined
}

/**
 * The client of a token request, by Basic or by the form, never both (RFC 6749 2.3.1). None, an empty
 * one as Swagger UI sends it, or `latchkey` is the operator's own app, which has no secret.
 * @param authorization the request's header
 * @returns undefined for the operator's own app
 * @throws {ApiError} 400 `invalid_request` for two secrets; 401 `invalid_client` for two clients, or what cannot be read
 */
export function readClientCredentials(
  authorization: string | undefined,
  { client_id: formId, client_secret: formSecret }: ClientForm,
): ClientCredentials | undefined {
  const basic = basicCredentials(authorization)
  if ((basic?.id ?? basic?.secret) !== undefined && formSecret !== undefined) {
    throw new ApiError('invalid_request', {
      detail: 'The client must authenticate by the Authorization header or by the form, not by both.',
    })
  }
  const id = basic?.id ?? formId ?? firstParty
  const secret = basic?.secret ?? formSecret
  if (formId !== undefined && formId !== id) throw invalidClient()
  if (id !== firstParty) return { id, secret }
  if (secret !== undefined) throw invalidClient()
  return undefined
}

/** Those of `Authorization: Basic …` (RFC 7617 2), whose parts are form-encoded (RFC 6749 2.3.1); empty ones are none. */
function basicCredentials(
  authorization: string | undefined,
): { id: string | undefined; secret: string | undefined } | undefined {
  const [, encoded] = /^basic +(\S.*)$/i.exec(authorization ?? '') ?? []
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  // Not base64 at all: an empty pair is still a colon.
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

export function invalidClient(detail = 'The client is not known, or its secret is wrong.') {
  return new ApiError('invalid_client', { detail, headers: { 'www-authenticate': 'Basic realm="latchkey"' } })
}
