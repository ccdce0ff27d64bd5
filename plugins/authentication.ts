import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import {
  type ClientPrincipal,
  isClient,
  type Principal,
  type Subject,
  wrongSubject,
} from '../src/authorization/index.ts'
import { createAuthenticate } from '../src/tokens/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** A hook for routes that are for somebody who shows an access token. */
    authenticate: (request: FastifyRequest) => Promise<void>
    /** Who makes a request, if it has passed that hook. */
    findSubjectOf: (request: FastifyRequest) => Subject | undefined
    /** The user who makes a request, if it has; 403 for a client. */
    findPrincipalOf: (request: FastifyRequest) => Principal | undefined
    /** The same where it must have. */
    subjectOf: (request: FastifyRequest) => Subject
    /** The user who makes a request; 403 for a client. */
    principalOf: (request: FastifyRequest) => Principal
    /** The client that makes a request for itself; 403 for a user. */
    clientOf: (request: FastifyRequest) => ClientPrincipal
  }
}

export default fp(
  async (app) => {
    const { accessTokens, findSubject } = app

    // Under a key that no host and no other mount can have. A WeakMap costs a tenth of all the time, in garbage collection.
    const key = Symbol('subject')
    interface KnownRequest extends FastifyRequest {
      [key]?: Subject
    }

    const authenticate = createAuthenticate({ accessTokens, findSubject })
    const guard = async (request: KnownRequest) => {
      request[key] = await authenticate(request.headers.authorization)
    }
    const findSubjectOf = (request: KnownRequest) => request[key]
    const subjectOf = (request: KnownRequest) => {
      const subject = request[key]
      if (subject === undefined) throw new Error('The route is not guarded: nobody is known to make this request.')
      return subject
    }
    const findPrincipalOf = (request: FastifyRequest) =>
      findSubjectOf(request) === undefined ? undefined : principalOf(request)
    const principalOf = (request: FastifyRequest) => {
      const subject = subjectOf(request)
      if (isClient(subject)) throw wrongSubject('user')
      return subject
    }
    const clientOf = (request: FastifyRequest) => {
      const subject = subjectOf(request)
      if (!isClient(subject)) throw wrongSubject('client')
      return subject
    }
    app.decorate('authenticate', { getter: () => guard })
    app.decorate('findSubjectOf', { getter: () => findSubjectOf })
    app.decorate('findPrincipalOf', { getter: () => findPrincipalOf })
    app.decorate('subjectOf', { getter: () => subjectOf })
    app.decorate('principalOf', { getter: () => principalOf })
    app.decorate('clientOf', { getter: () => clientOf })
  },
  { name: 'latchkey-authentication', dependencies: ['latchkey-jwt', 'latchkey-sessions'] },
)
