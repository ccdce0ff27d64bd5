import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import {
  type ClientPrincipal,
  isClient,
  type Principal,
  type Subject,
  wrongSubject,
} from '../src/authorization/index.ts'

/** Authenticates requests and returns the user or client that sent them. */
interface RequestAuthentication {
  /**
   * A hook for routes that require an access token.
   * @param demand rejects a subject by throwing; the request then has none, even if the caller catches the error
   * @throws {ApiError} 401
   */
  authenticate: (request: FastifyRequest, demand?: (subject: Subject) => void) => Promise<void>
  /** The user or client of a request; undefined before `authenticate`. */
  findSubjectOf: (request: FastifyRequest) => Subject | undefined
  /** The user or client of a request, after `authenticate`. */
  subjectOf: (request: FastifyRequest) => Subject
  /** The user of a request. @throws {InsufficientScope} for a client */
  principalOf: (request: FastifyRequest) => Principal
  /** The user of a request; undefined without an access token. @throws {InsufficientScope} for a client */
  findPrincipalOf: (request: FastifyRequest) => Principal | undefined
  /** The client of a request. @throws {InsufficientScope} for a user */
  clientOf: (request: FastifyRequest) => ClientPrincipal
}

declare module 'fastify' {
  interface FastifyInstance {
    authentication: RequestAuthentication
  }
}

/** The authentication of requests, as `app.authentication`. */
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
  // A symbol cannot clash with the properties of a host or another mount. Garbage collection of a WeakMap would cost a
  // tenth of the throughput.
  const key = Symbol('subject')
  interface AuthenticatedRequest extends FastifyRequest {
    [key]?: Subject
  }

  const findSubjectOf = (request: AuthenticatedRequest) => request[key]

  function subjectOf(request: FastifyRequest) {
    const subject = findSubjectOf(request)
    if (subject === undefined) throw new Error('The request has no user or client: its route is not guarded.')
    return subject
  }

  function principalOf(request: FastifyRequest) {
    const subject = subjectOf(request)
    if (isClient(subject)) throw wrongSubject('user')
    return subject
  }

  return {
    async authenticate(request: AuthenticatedRequest, demand = () => {}) {
      const subject = await authenticate(request)
      demand(subject)
      request[key] = subject
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
