import { type administrationScopes, ownScope } from '../src/authorization/index.ts'

/** Descriptions of the scopes for acting on other users. */
const administration: Record<(typeof administrationScopes)[number], string> = {
  'audit:read': 'Read the audit log',
  'clients:write': 'List, register and remove clients',
  'keys:write': 'List and rotate signing keys',
  'users:read': 'See users, their sessions and invitations',
  'users:write': 'Invite, change and delete users, and end their sessions',
}

const scopes = { [ownScope]: 'Read and change one’s own account', ...administration }

/** Every scope of the API itself; users also hold scopes that the operator defines. */
export const apiScopes = Object.keys(scopes)

interface Flow {
  tokenUrl: string
  refreshUrl?: string
  scopes: Record<string, string>
}

/** The security scheme of OpenAPI 3 for access tokens. */
interface OAuthScheme {
  type: 'oauth2'
  description: string
  flows: { password: Flow; clientCredentials: Flow }
}

/** The security scheme of OpenAPI 3 for the credentials of clients. */
interface BasicScheme {
  type: 'http'
  scheme: 'basic'
  description: string
}

/**
 * The security schemes that the routes of a mount refer to, for `components.securitySchemes` of their OpenAPI
 * document: OAuth 2.0 for users and for clients that act for themselves, and the credentials of clients.
 * @param name the mount's name
 * @param prefix the full path of the mount
 */
export function latchkeySecuritySchemes(
  name = 'latchkey',
  prefix = '/auth',
): Record<string, OAuthScheme | BasicScheme> {
  // Swagger UI focuses the last form, so the one for people comes last.
  return {
    [clientSchemeOf(name)]: {
      type: 'http',
      scheme: 'basic',
      description:
        'Not for people: for `POST …/introspect` alone. The username is a `client_id`, the password its ' +
        '`client_secret`.',
    },
    [name]: oauthScheme(prefix),
  }
}

/** @param operatorScopes scopes besides those of the API */
export function oauthScheme(prefix: string, operatorScopes: string[] = []): OAuthScheme {
  const tokenUrl = `${prefix}/token`
  const others = Object.fromEntries(operatorScopes.map((scope) => [scope, 'A scope of this app']))
  return {
    type: 'oauth2',
    description:
      'People: flow *password*, username and password; leave the client’s fields empty, scopes may stay ' +
      'unticked. Programs: flow *clientCredentials*, `client_id` and `client_secret`.',
    flows: {
      clientCredentials: { tokenUrl, scopes: { ...others, ...administration } },
      password: { tokenUrl, refreshUrl: tokenUrl, scopes: { ...others, ...scopes } },
    },
  }
}

/** The name of the scheme by which clients authenticate. */
export function clientSchemeOf(name: string): string {
  return `${name}Client`
}
