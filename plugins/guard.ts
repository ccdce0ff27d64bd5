import type { FastifyPluginAsync } from 'fastify'
import { demandScopes } from '../src/tokens/authentication.ts'

interface Guard {
  /** All of them are needed. */
  scopes: string[]
  /** Whether clients pass, too, that act for themselves. */
  takesClients?: boolean
  /** Whether those pass, too, who show no access token. */
  isOptional?: boolean
}

/**
 * A scope whose routes are for those who hold these scopes. The same list goes into the OpenAPI
 * document, so that what is documented is what is enforced.
 */
export function guarded ({ scopes, takesClients = false, isOptional = false }: Guard, ...routes: FastifyPluginAsync[]): FastifyPluginAsync {
  return async (scope) => {
    scope.addHook('onRequest', async (request) => {
      if (isOptional && request.headers.authorization === undefined) return
      await scope.authenticate(request)
      demandScopes(takesClients ? scope.subjectOf(request) : scope.principalOf(request), scopes)
    })
    scope.addHook('onRoute', (route) => {
      route.schema = { ...route.schema, security: [...isOptional ? [{}] : [], { [scope.config.name]: scopes }] }
    })
    for (const route of routes) await scope.register(route)
  }
}
