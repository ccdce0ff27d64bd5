import type { SwaggerTransform, SwaggerTransformObject } from '@fastify/swagger'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AssuranceLevel } from '../src/authorization/index.ts'
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
  /** How recently, in seconds, and at which level of assurance the user must have authenticated. */
  recent?: { maxAge: number; acr: AssuranceLevel | undefined }
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
 * a hook also become the `security` of its routes, unless they already have one, and their descriptions say what else
 * it requires. Response schemas would change how the host serializes its errors.
 */
export function createHostGuards(host: FastifyInstance, { name, prefix, openapi }: Mount) {
  const requirements = new Map<unknown, Requirement>()
  const documentedScopes = new Set<string>()
  let isDocumented = false

  if (host.hasDecorator('swagger')) {
    const schemes = Object.keys(accessTokenSchemes(name, prefix))
    host.addHook('onRoute', (route) => {
      const { onRequest, preParsing, preValidation, preHandler, schema } = route
      const required = [onRequest, preParsing, preValidation, preHandler]
        .flat()
        .flatMap((hook) => requirements.get(hook) ?? [])
      if (required.length === 0) return
      const security = schema?.security ?? securityOf(name, required)
      // Hooks that exclude each other let no caller pass; an empty list would say that the route is public.
      if (security.length === 0) return
      for (const [scheme, scopes] of security.flatMap((entry) => Object.entries(entry))) {
        if (!schemes.includes(scheme)) continue
        isDocumented = true
        for (const scope of scopes) documentedScopes.add(scope)
      }
      const description = [schema?.description, ...required.flatMap(describeRecent)].filter(Boolean).join('\n\n')
      route.schema = { ...schema, security, ...(description === '' ? {} : { description }) }
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
     * routes. The first is processed before every later route that has a `security`.
     */
    addDefinitions: (({ schema, url, ...document }) => {
      if (openapi) addTags(document)
      if (openapi || isDocumented) {
        addSchemes(
          document,
          (openapi ? latchkeySecuritySchemes : accessTokenSchemes)(name, prefix, [...documentedScopes]),
        )
      }
      return { schema, url }
    }) satisfies SwaggerTransform,
  }
}

/** @returns one entry for each kind of caller that every hook lets pass */
function securityOf(name: string, required: Requirement[]) {
  const scopes = [...new Set(required.flatMap((requirement) => requirement.scopes))]
  const callers = (['user', 'client'] as const).filter((caller) =>
    required.every((requirement) => requirement.callers.includes(caller)),
  )
  return callers.map((caller) => ({ [schemeOf(name, caller)]: scopes }))
}

/** What a route that requires a recent authentication says about it. */
function describeRecent({ recent }: Requirement): string[] {
  if (recent === undefined) return []
  const { maxAge, acr } = recent
  return [
    `The user must have authenticated within the last ${maxAge} seconds, ` +
      `${acr === undefined ? 'with the second factor if the account has one' : `with \`acr\` \`${acr}\``}. ` +
      'Otherwise the response is 401 `insufficient_user_authentication` (RFC 9470).',
  ]
}

/** The document of a host, which @fastify/swagger creates. */
type HostDocument = Parameters<SwaggerTransformObject>[0]

function addTags(document: HostDocument) {
  const given = 'openapiObject' in document ? document.openapiObject : document.swaggerObject
  const { tags = [] } = given
  const missing = apiTags.filter((tag) => !tags.some(({ name }) => name === tag.name))
  if (missing.length > 0) Object.assign(given, { tags: [...tags, ...missing] })
}

function addSchemes(document: HostDocument, schemes: ReturnType<typeof latchkeySecuritySchemes>) {
  if ('openapiObject' in document) {
    const { components = {} } = document.openapiObject
    const securitySchemes = { ...schemes, ...components.securitySchemes }
    Object.assign(document.openapiObject, { components: { ...components, securitySchemes } })
  } else {
    const definitions = Object.entries(schemes).map(([name, scheme]) => [name, toSwagger2(scheme)])
    const { securityDefinitions } = document.swaggerObject
    Object.assign(document.swaggerObject, {
      securityDefinitions: { ...Object.fromEntries(definitions), ...securityDefinitions },
    })
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
