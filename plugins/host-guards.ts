import type { SwaggerTransform } from '@fastify/swagger'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../src/errors/index.ts'
import { apiTags } from './api-tags.ts'
import {
  accessTokenSchemes,
  type BasicScheme,
  type Caller,
  latchkeySecuritySchemes,
  type OAuthScheme,
  schemeOf,
} from './security-schemes.ts'

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
  /** Whether the host's document contains the mount's own routes. */
  openapi: boolean
}

/**
 * Creates the hooks with which a host guards its own routes. If @fastify/swagger was registered earlier, the scopes of
 * a hook also become the `security` of its routes, unless they already have one.
 */
export function createHostGuards(host: FastifyInstance, { name, prefix, openapi }: Mount) {
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
     * Adds the security schemes and tags that routes refer to, unless the host has added them. Without the schemes,
     * @fastify/swagger could not create the document. This is the `config.swaggerTransform` of the mount's hidden
     * routes. The first is processed before every route that has a `security`.
     */
    addDefinitions: (({ schema, url, ...document }) => {
      if (!openapi && !isDocumented) return { schema, url }
      const schemes = (openapi ? latchkeySecuritySchemes : accessTokenSchemes)(name, prefix, [...documentedScopes])
      const given = 'openapiObject' in document ? document.openapiObject : document.swaggerObject
      const { tags = [] } = given
      const missingTags = openapi ? apiTags.filter((tag) => !tags.some(({ name }) => name === tag.name)) : []
      if (missingTags.length > 0) Object.assign(given, { tags: [...tags, ...missingTags] })
      if ('openapiObject' in document) {
        const { components = {} } = document.openapiObject
        const securitySchemes = { ...schemes, ...components.securitySchemes }
        Object.assign(given, { components: { ...components, securitySchemes } })
      } else {
        const definitions = Object.entries(schemes).map(([name, scheme]) => [name, toSwagger2(scheme)])
        const securityDefinitions = {
          ...Object.fromEntries(definitions),
          ...document.swaggerObject.securityDefinitions,
        }
        Object.assign(given, { securityDefinitions })
      }
      return { schema, url }
    }) satisfies SwaggerTransform,
  }
}

/** A security scheme in the form of Swagger 2.0. */
function toSwagger2(scheme: OAuthScheme | BasicScheme) {
  const { description } = scheme
  if (scheme.type === 'http') return { type: 'basic', description }
  const { flows } = scheme
  const [flow, { tokenUrl, scopes }] =
    'password' in flows ? ['password', flows.password] : ['application', flows.clientCredentials]
  return { type: 'oauth2', description, flow, tokenUrl, scopes }
}

export type HostGuards = ReturnType<typeof createHostGuards>
