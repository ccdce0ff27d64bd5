import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import {
  type ClientPrincipal,
  isClient,
  type Principal,
  type Subject,
  wrongSubject,
} from '../src/authorization/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    authentication: ReturnType<typeof createRequestAuthentication>
  }
}

/** Who makes a request, as `app.authentication`. */
export default fp(
  async (app) => {
    const authentication = createRequestAuthentication(app.tokens.authenticate)
    app.decorate('authentication', { getter: () => authentication })
  },
  { name: 'latchkey-authentication', dependencies: ['latchkey-tokens'] },
)

function createRequestAuthentication(authenticate: (authorization: string | undefined) => Promise<Subject>) {
  // Under a key that no host and no other mount can have. A WeakMap costs a tenth of all the time, in garbage collection.
  const key = Symbol('subject')
  interface KnownRequest extends FastifyRequest {
    [key]?: Subject
  }

  const findSubjectOf = (request: KnownRequest): Subject | undefined => request[key]

  const subjectOf = (request: FastifyRequest): Subject => {
    const subject = findSubjectOf(request)
    if (subject === undefined) throw new Error('The route is not guarded: nobody is known to make this request.')
    return subject
  }

  const principalOf = (request: FastifyRequest): Principal => {
    const subject = subjectOf(request)
    if (isClient(subject)) throw wrongSubject('user')
    return subject
  }

  return {
    /** A hook for routes that need an access token. @throws {Refusal} 401 */
    async authenticate(request: KnownRequest): Promise<void> {
      request[key] = await authenticate(request.headers.authorization)
    },

    /** Who makes a request, if it has passed that hook. */
    findSubjectOf,

    /** Who makes a request that has passed that hook. */
    subjectOf,

    /** The user who makes a request. @throws {InsufficientScope} for a client */
    principalOf,

    /** The same where a token is optional. */
    findPrincipalOf: (request: FastifyRequest): Principal | undefined =>
      findSubjectOf(request) === undefined ? undefined : principalOf(request),

    /** The client that makes a request for itself. @throws {InsufficientScope} for a user */
    clientOf(request: FastifyRequest): ClientPrincipal {
      const subject = subjectOf(request)
      if (!isClient(subject)) throw wrongSubject('client')
      return subject
    },
  }
}
