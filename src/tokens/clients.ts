import { Refusal } from '../errors.ts'
import { firstParty } from './sessions.ts'

/**
 * The client of a token request (RFC 6749 2.3.1). None, or an empty one as Swagger UI sends it, is
 * the operator's own app, of whom no secret is asked.
 * @throws {Refusal} 401 `invalid_client` for any other; none are registered
 */
export function identifyClient (authorization: string | undefined, clientId: string | undefined): typeof firstParty {
  const named = [basicUsername(authorization), clientId]
  if (named.some((id) => id !== undefined && id !== '' && id !== firstParty)) {
    throw new Refusal(401, 'invalid_client', 'The client is not known.', { headers: { 'www-authenticate': 'Basic' } })
  }
  return firstParty
}

/** The name in `Authorization: Basic …` (RFC 7617 2). */
function basicUsername (authorization: string | undefined): string | undefined {
  if (authorization === undefined || !/^basic /i.test(authorization)) return undefined
  const [name] = Buffer.from(authorization.slice('basic '.length), 'base64').toString().split(':')
  return name
}
