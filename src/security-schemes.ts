import { ownScope } from './tokens/scopes.ts'

/** The scopes of the API that let somebody act on others, in words. */
const administrationScopes = {
  'clients:write': 'List, register and remove clients',
  'keys:write': 'List and rotate signing keys',
}

const scopes = { [ownScope]: 'Read and change one’s own account', ...administrationScopes }

/** All that the API knows of; users also carry scopes of the operator's own. */
export const apiScopes = Object.keys(scopes)

interface Flow { tokenUrl: string, refreshUrl?: string, scopes: Record<string, string> }

/** Security schemes of OpenAPI 3. */
export interface OAuthScheme {
  type: 'oauth2'
  description: string
  flows: { password: Flow, clientCredentials: Flow }
}

export interface BasicScheme {
  type: 'http'
  scheme: 'basic'
  description: string
}

/**
 * The security schemes that the routes of a mount refer to, for `components.securitySchemes` of the
 * OpenAPI document they stand in: OAuth 2.0 for users and for clients that act for themselves, and
 * the authentication of clients.
 * @param name the mount's name
 * @param prefix the whole path of the mount
 */
export function latchkeySecuritySchemes (name = 'latchkey', prefix = '/auth'): Record<string, OAuthScheme | BasicScheme> {
  const tokenUrl = `${prefix}/token`
  return {
    [name]: {
      type: 'oauth2',
      description: 'Users sign in with username and password, and leave the client’s fields empty; scopes may stay unticked. Clients get a token for themselves with their credentials.',
      flows: {
        password: { tokenUrl, refreshUrl: tokenUrl, scopes },
        clientCredentials: { tokenUrl, scopes: administrationScopes },
      },
    },
    [clientSchemeOf(name)]: {
      type: 'http',
      scheme: 'basic',
      description: 'A registered client: its `client_id` and `client_secret`.',
    },
  }
}

/** The name of the second of these schemes. */
export function clientSchemeOf (name: string): string {
  return `${name}Client`
}
