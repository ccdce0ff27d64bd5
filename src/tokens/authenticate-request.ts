import { invalidToken, type Subject } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { FindSubject } from './find-subject.ts'

interface Dependencies {
  accessTokens: AccessTokens
  findSubject: FindSubject
}

/** Authenticates requests by their access token (RFC 6750). */
export function createAuthenticateRequest({ accessTokens, findSubject }: Dependencies) {
  /**
   * @param authorization the `Authorization` header of the request
   * @throws {ApiError} 401; the response is the same for every kind of invalid token
   */
  return async function authenticateRequest(authorization: string | undefined): Promise<Subject> {
    const token = bearerOf(authorization)
    if (token === undefined) throw notAuthenticated()

    const verified = await accessTokens.verify(token)
    if (verified === undefined) throw invalidToken()

    const subject = await findSubject(verified)
    if (subject === undefined) throw invalidToken()
    return subject
  }
}

/** Reads the token of `Authorization: Bearer …` (RFC 6750 2.1). The scheme is case-insensitive (RFC 9110 11.1). */
function bearerOf(authorization: string | undefined): string | undefined {
  return authorization !== undefined && /^bearer /i.test(authorization)
    ? authorization.slice('bearer '.length).trim()
    : undefined
}

function notAuthenticated() {
  return new ApiError('not_authenticated', { headers: { 'www-authenticate': 'Bearer' } })
}
