/** The scopes of the API, in words. */
const scopes = { account: 'Read and change one’s own account' }

/** A security scheme of OpenAPI 3, with the one flow that there is. */
export interface PasswordScheme {
  type: 'oauth2'
  description: string
  flows: { password: { tokenUrl: string, scopes: Record<string, string> } }
}

/**
 * The security scheme that the routes of a mount refer to, for `components.securitySchemes` of the
 * OpenAPI document they stand in: the password flow of OAuth 2.0.
 * @param name the mount's name
 * @param prefix the whole path of the mount
 */
export function latchkeySecuritySchemes (name = 'latchkey', prefix = '/auth'): Record<string, PasswordScheme> {
  return {
    [name]: {
      type: 'oauth2',
      description: 'Sign in with username and password. Leave the client’s fields empty; scopes may stay unticked.',
      flows: { password: { tokenUrl: `${prefix}/token`, scopes } },
    },
  }
}
