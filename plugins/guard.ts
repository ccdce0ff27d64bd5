import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import {
  demandRecentAuthentication,
  demandRecentSecondFactor,
  demandScopes,
  InsufficientScope,
  isClient,
  ownScope,
} from '../src/authorization/index.ts'
import { schemeOf } from './security-schemes.ts'

interface Guard {
  /** The access token must have all of these scopes. */
  scopes: string[]
  /** Whether clients may use the routes with tokens of their own. */
  allowsClients?: boolean
  /** Whether requests without an access token are allowed. */
  isOptional?: boolean
  /**
   * Whether the user must have authenticated recently, with the second factor if the account has one. Routes that
   * require the password demand it only of accounts with a second factor. Clients have no user who could authenticate
   * again. Routes document it as their 401.
   */
  recent?: 'always' | 'with second factor'
}

/**
 * Registers routes that require these scopes. The same list becomes their `security` in the OpenAPI document, so that
 * the document always matches what is enforced.
 */
export function guarded(
  { scopes, allowsClients = false, isOptional = false, recent }: Guard,
  ...routes: FastifyPluginAsync[]
): FastifyPluginAsync {
  return async (scope) => {
    scope.addHook('onRequest', async (request) => {
      if (isOptional && request.headers.authorization === undefined) return
      await scope.authentication.authenticate(request)
      demandScopes(
        allowsClients ? scope.authentication.subjectOf(request) : scope.authentication.principalOf(request),
        scopes,
      )
      if (recent === undefined) return
      const subject = scope.authentication.subjectOf(request)
      if (isClient(subject)) return
      if (recent === 'always') demandRecentAuthentication(subject, scope.config.now())
      else demandRecentSecondFactor(subject, scope.config.now())
    })
    scope.addHook('onRoute', (route) => {
      const { name } = scope.config
      const security = [
        ...(isOptional ? [{}] : []),
        { [schemeOf(name, 'user')]: scopes },
        ...(allowsClients ? [{ [schemeOf(name, 'client')]: scopes }] : []),
      ]
      route.schema = { ...route.schema, description: describe(scopes, route.schema?.description), security }
    })
    // The route or its handler may require the scope that is missing.
    scope.addHook('onError', (request, _reply, error) => reportRefusal(scope, request, error))
    for (const route of routes) await scope.register(route)
  }
}

/** Records a request that lacks a required scope in the audit log (OWASP ASVS 5.0 V16.3.2). */
export async function reportRefusal(scope: FastifyInstance, request: FastifyRequest, error: unknown): Promise<void> {
  if (!(error instanceof InsufficientScope)) return
  const { userId, missing } = error
  await scope.audit.reportRateLimited({
    event: 'authorization_failed',
    outcome: 'failure',
    userId,
    origin: scope.originOf(request),
    details: { operation: operationOf(request), missing },
  })
}

/**
 * Adds the administration scopes that a route requires to its description. Every user has `ownScope`, so it is not
 * named.
 */
function describe(scopes: string[], description = '') {
  if (scopes.length === 0 || scopes.includes(ownScope)) return description
  const list = scopes.map((scope) => `\`${scope}\``).join(' and ')
  return `${description}\n\nRequires the ${scopes.length === 1 ? 'scope' : 'scopes'} ${list}.`
}

/** The method and the route, without the values of the URL's parameters. */
function operationOf({ method, routeOptions }: FastifyRequest) {
  return `${method} ${routeOptions.url}`
}
