import { type administrationScopes, ownScope } from '../src/authorization/index.ts'

/** Descriptions of the administration scopes. */
const administration: Record<(typeof administrationScopes)[number], string> = {
  'audit:read': 'Read the audit log',
  'clients:write': 'List, register and delete clients',
  'keys:write': 'List and rotate the signing keys',
  'users:read': 'Read users, their sessions and invitations',
  'users:write': 'Invite, change and delete users, and end their sessions',
}

const scopes = { [ownScope]: 'Read and change your own account', ...administration }

/** Every scope of the API itself. Users can also have scopes that the operator defines. */
export const apiScopes = Object.keys(scopes)

interface Flow {
  tokenUrl: string
  refreshUrl?: string
  scopes: Record<string, string>
}

/** The OpenAPI security scheme for access tokens. */
interface OAuthScheme {
  type: 'oauth2'
  description: string
  flows: { password: Flow; clientCredentials: Flow }
}

/** The OpenAPI security scheme for client credentials. */
interface BasicScheme {
  type: 'http'
  scheme: 'basic'
  description: string
}

/**
 * The security schemes that the routes of a mount refer to, for `components.securitySchemes` of the OpenAPI document:
 * OAuth 2.0 access tokens of users and clients, and client credentials.
 * @param name the mount's name
 * @param prefix the full path of the mount
 */
export function latchkeySecuritySchemes(
  name = 'latchkey',
  prefix = '/auth',
): Record<string, OAuthScheme | BasicScheme> {
  // Swagger UI focuses the last form, so the form for users comes last.
  return {
    [clientSchemeOf(name)]: {
      type: 'http',
      scheme: 'basic',
      description:
        'Only for `POST …/introspect`, which users never call. Enter the `client_id` of a registered client as the ' +
        'username and its `client_secret` as the password.',
    },
    [name]: oauthScheme(prefix),
  }
}

/** @param operatorScopes the scopes that the operator defines, in addition to those of the API */
export function oauthScheme(prefix: string, operatorScopes: string[] = []): OAuthScheme {
  const tokenUrl = `${prefix}/token`
  const others = Object.fromEntries(operatorScopes.map((scope) => [scope, 'A scope of this app']))
  return {
    type: 'oauth2',
    description:
      'Users sign in under *OAuth2, password*: enter your username and password and leave the other fields empty. ' +
      'Clients sign in under *OAuth2, clientCredentials*, with their `client_id` and `client_secret`.',
    flows: {
      clientCredentials: { tokenUrl, scopes: { ...others, ...administration } },
      password: { tokenUrl, refreshUrl: tokenUrl, scopes: { ...others, ...scopes } },
    },
  }
}

/** The name of the security scheme for client credentials. */
export function clientSchemeOf(name: string): string {
  return `${name}Client`
}
