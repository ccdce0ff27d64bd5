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

/** An OpenAPI security scheme for access tokens, with one flow. */
export interface OAuthScheme {
  type: 'oauth2'
  description: string
  flows: { password: Flow } | { clientCredentials: Flow }
}

/** The OpenAPI security scheme for client credentials. */
export interface BasicScheme {
  type: 'http'
  scheme: 'basic'
  description: string
}

/**
 * The security schemes that the routes of a mount refer to, for `components.securitySchemes` of the OpenAPI document:
 * OAuth 2.0 access tokens of users and clients, and client credentials.
 * @param name the mount's name
 * @param prefix the full path of the mount, or its URL
 * @param operatorScopes the scopes that the operator defines, in addition to those of the API
 */
export function latchkeySecuritySchemes(
  name = 'latchkey',
  prefix = '/auth',
  operatorScopes: string[] = [],
): Record<string, OAuthScheme | BasicScheme> {
  return {
    ...accessTokenSchemes(name, prefix, operatorScopes),
    [basicSchemeOf(name)]: {
      type: 'http',
      scheme: 'basic',
      description:
        'Only for `POST …/introspect`, which users never call. Enter the `client_id` of a registered client as the ' +
        'username and its `client_secret` as the password.',
    },
  }
}

/** The callers that access tokens are issued to. */
export type Caller = 'user' | 'client'

/**
 * The security schemes for access tokens. Each has one flow: Postman takes the first flow of a scheme for every
 * operation, and Swagger UI marks all of them as authorized.
 * @param operatorScopes the scopes that the operator defines, in addition to those of the API
 */
export function accessTokenSchemes(
  name: string,
  prefix: string,
  operatorScopes: string[] = [],
): Record<string, OAuthScheme> {
  const tokenUrl = `${prefix}/token`
  const others = Object.fromEntries(operatorScopes.map((scope) => [scope, 'A scope of this app']))
  return {
    [schemeOf(name, 'user')]: {
      type: 'oauth2',
      description: 'For users: sign in with your username and password.',
      flows: { password: { tokenUrl, refreshUrl: tokenUrl, scopes: { ...others, ...scopes } } },
    },
    [schemeOf(name, 'client')]: {
      type: 'oauth2',
      description:
        'For clients that act for themselves: enter the `client_id` and `client_secret` of a registered client.',
      flows: { clientCredentials: { tokenUrl, scopes: { ...others, ...administration } } },
    },
  }
}

/** The name of the security scheme for the access tokens of users or clients. */
export function schemeOf(name: string, caller: Caller): string {
  return caller === 'user' ? name : `${name}ClientCredentials`
}

/** The name of the security scheme for client credentials. */
export function basicSchemeOf(name: string): string {
  return `${name}Client`
}
