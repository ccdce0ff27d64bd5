import type { SwaggerTransform } from '@fastify/swagger'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../src/errors/index.ts'
import { accessTokenSchemes, type Caller, schemeOf } from './security-schemes.ts'

/** What a hook requires of an access token. */
interface Requirement {
  scopes: string[]
  /** The token may belong to any of these. */
  callers: Caller[]
}

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
  const requirements = new Map<unknown, Requirement>()
  const documentedScopes = new Set<string>()
  let isDocumented = false

  if (host.hasDecorator('swagger')) {
    host.addHook('onRoute', (route) => {
      const { onRequest, preParsing, preValidation, preHandler, schema } = route
      const required = [onRequest, preParsing, preValidation, preHandler]
        .flat()
        .flatMap((hook) => requirements.get(hook) ?? [])
      if (required.length === 0 || schema?.security !== undefined) return
      const scopes = [...new Set(required.flatMap((requirement) => requirement.scopes))]
      const callers = (['user', 'client'] as const).filter((caller) =>
        required.every((requirement) => requirement.callers.includes(caller)),
      )
      // Hooks that exclude each other let no caller pass; an empty list would say that the route is public.
      if (callers.length === 0) return
      isDocumented = true
      for (const scope of scopes) documentedScopes.add(scope)
      route.schema = { ...schema, security: callers.map((caller) => ({ [schemeOf(name, caller)]: scopes })) }
    })
  }

  return {
    /** @param requirement what `check` requires */
    createGuard(requirement: Requirement, check: (request: FastifyRequest) => Promise<void>) {
      async function guard(request: FastifyRequest, reply: FastifyReply) {
        try {
          await check(request)
        } catch (error) {
          // Includes the challenge (RFC 6750 3), which the host's error handler may not add.
          if (error instanceof ApiError) reply.headers(error.headers)
          throw error
        }
      }
      requirements.set(guard, requirement)
      return guard
    },

    /**
     * Adds the security schemes that `security` refers to, unless the host has added them. Without them,
     * @fastify/swagger could not create the document. This is the `config.swaggerTransform` of the mount's routes,
     * which are processed before the host's guarded routes.
     */
    addScheme: (({ schema, url, ...document }) => {
      if (isDocumented) {
        const schemes = accessTokenSchemes(name, prefix, [...documentedScopes])
        if ('openapiObject' in document) {
          const { components = {} } = document.openapiObject
          const securitySchemes = { ...schemes, ...components.securitySchemes }
          Object.assign(document.openapiObject, { components: { ...components, securitySchemes } })
        } else {
          const definitions = Object.entries(schemes).map(([scheme, { description, flows }]) => {
            const [flow, { tokenUrl, scopes }] =
              'password' in flows ? ['password', flows.password] : ['application', flows.clientCredentials]
            return [scheme, { type: 'oauth2', description, flow, tokenUrl, scopes }]
          })
          const securityDefinitions = {
            ...Object.fromEntries(definitions),
            ...document.swaggerObject.securityDefinitions,
          }
          Object.assign(document.swaggerObject, { securityDefinitions })
        }
      }
      return { schema, url }
    }) satisfies SwaggerTransform,
  }
}

export type HostGuards = ReturnType<typeof createHostGuards>
