import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import {
  type ClientPrincipal,
  isClient,
  type Principal,
  type Subject,
  wrongSubject,
} from '../src/authorization/index.ts'

/** The user or client that makes a request. */
interface RequestAuthentication {
  /** A hook for routes that need an access token. @throws {ApiError} 401 */
  authenticate: (request: FastifyRequest) => Promise<void>
  /** The user or client of a request, if it has passed that hook. */
  findSubjectOf: (request: FastifyRequest) => Subject | undefined
  /** The user or client of a request that has passed that hook. */
  subjectOf: (request: FastifyRequest) => Subject
  /** The user of a request. @throws {InsufficientScope} for a client */
  principalOf: (request: FastifyRequest) => Principal
  /** The user of a request whose token is optional. @throws {InsufficientScope} for a client */
  findPrincipalOf: (request: FastifyRequest) => Principal | undefined
  /** The client that makes a request for itself. @throws {InsufficientScope} for a user */
  clientOf: (request: FastifyRequest) => ClientPrincipal
}

declare module 'fastify' {
  interface FastifyInstance {
    authentication: RequestAuthentication
  }
}

/** The callers of requests, as `app.authentication`. */
export default fp(
  async (app) => {
    const authentication = createRequestAuthentication((request) =>
      app.withinDeadline(request, app.tokens.authenticateRequest(request.headers.authorization)),
    )
    app.decorate('authentication', { getter: () => authentication })
  },
  { name: 'latchkey-authentication', dependencies: ['latchkey-tokens', 'latchkey-deadline'] },
)

function createRequestAuthentication(
  authenticate: (request: FastifyRequest) => Promise<Subject>,
): RequestAuthentication {
  // A symbol is a key that no host and no other mount has. A WeakMap would cost a tenth of the throughput, in garbage
  // collection.
  const key = Symbol('subject')
  interface KnownRequest extends FastifyRequest {
    [key]?: Subject
  }

  const findSubjectOf = (request: KnownRequest) => request[key]

  function subjectOf(request: FastifyRequest) {
    const subject = findSubjectOf(request)
    if (subject === undefined) throw new Error('The route is not guarded, so its requests have no subject.')
    return subject
  }

  function principalOf(request: FastifyRequest) {
    const subject = subjectOf(request)
    if (isClient(subject)) throw wrongSubject('user')
    return subject
  }

  return {
    async authenticate(request: KnownRequest) {
      request[key] = await authenticate(request)
    },
    findSubjectOf,
    subjectOf,
    principalOf,
    findPrincipalOf: (request) => (findSubjectOf(request) === undefined ? undefined : principalOf(request)),
    clientOf(request) {
      const subject = subjectOf(request)
      if (!isClient(subject)) throw wrongSubject('client')
      return subject
    },
  }
}
