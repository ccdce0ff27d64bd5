import type { SwaggerTransform } from '@fastify/swagger'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../src/errors/index.ts'
import { oauthScheme } from './security-schemes.ts'

interface Mount {
  name: string
  /** The full path of the mount. */
  prefix: string
}

/**
 * Creates the hooks with which a host guards its own routes. If @fastify/swagger was registered earlier, the scopes of
 * a hook also become the `security` of its routes, unless they already have one.
 */
export function createHostGuards(host: FastifyInstance, { name, prefix }: Mount) {
  const scopesOfHooks = new Map<unknown, string[]>()
  const documentedScopes = new Set<string>()
  let isDocumented = false

  if (host.hasDecorator('swagger')) {
    host.addHook('onRoute', (route) => {
      const { onRequest, preParsing, preValidation, preHandler, schema } = route
      const guards = [onRequest, preParsing, preValidation, preHandler].flat().filter((hook) => scopesOfHooks.has(hook))
      if (guards.length === 0 || schema?.security !== undefined) return
      const scopes = [...new Set(guards.flatMap((guard) => scopesOfHooks.get(guard) ?? []))]
      isDocumented = true
      for (const scope of scopes) documentedScopes.add(scope)
      route.schema = { ...schema, security: [{ [name]: scopes }] }
    })
  }

  return {
    /** @param scopes the scopes that `check` requires */
    createGuard(scopes: string[], check: (request: FastifyRequest) => Promise<void>) {
      async function guard(request: FastifyRequest, reply: FastifyReply) {
        try {
          await check(request)
        } catch (error) {
          // Includes the challenge (RFC 6750 3), which the host's error handler may not add.
          if (error instanceof ApiError) reply.headers(error.headers)
          throw error
        }
      }
      scopesOfHooks.set(guard, scopes)
      return guard
    },

    /**
     * Adds the security scheme that `security` refers to, unless the host has added it. Without the scheme,
     * @fastify/swagger could not create the document. This is the `config.swaggerTransform` of the mount's routes,
     * which are processed before the host's guarded routes.
     */
    addScheme: (({ schema, url, ...document }) => {
      if (isDocumented) {
        const scheme = oauthScheme(prefix, [...documentedScopes])
        if ('openapiObject' in document) {
          const { components = {} } = document.openapiObject
          const securitySchemes = { [name]: scheme, ...components.securitySchemes }
          Object.assign(document.openapiObject, { components: { ...components, securitySchemes } })
        } else {
          const { tokenUrl, scopes } = scheme.flows.password
          const definition = { type: 'oauth2', flow: 'password', tokenUrl, scopes }
          const securityDefinitions = { [name]: definition, ...document.swaggerObject.securityDefinitions }
          Object.assign(document.swaggerObject, { securityDefinitions })
        }
      }
      return { schema, url }
    }) satisfies SwaggerTransform,
  }
}

export type HostGuards = ReturnType<typeof createHostGuards>
