import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Actor, Origin } from '../src/audit/index.ts'
import { type Caller, isClient, type Subject } from '../src/authorization/index.ts'
import { isPrivateAddress } from '../src/lib/networks.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Who makes a request, if it is guarded, and where it comes from. */
    originOf: (request: FastifyRequest) => Origin
    /** Who acts on others, on a route that is guarded. */
    callerOf: (request: FastifyRequest) => Caller
  }
}

export default fp(
  async (app) => {
    let hasWarned = false

    /** What everybody comes through who comes through it: for one network they would be all the same. */
    function isThroughUnknownProxy(request: FastifyRequest): boolean {
      if (!isForwardedByStranger(request)) return false
      if (!hasWarned) {
        app.log.warn(
          { address: request.ip },
          'requests come through a proxy that is not trusted, so all of them seem to come from one address: ' +
            'set TRUST_PROXY (a host sets trustProxy)',
        )
      }
      hasWarned = true
      return true
    }

    const originOf = (request: FastifyRequest): Origin => ({
      actor: actorOf(app.authentication.findSubjectOf(request)),
      address: request.ip ?? null,
      userAgent: request.headers['user-agent'],
      requestId: request.id,
      isShared: isThroughUnknownProxy(request),
    })
    const callerOf = (request: FastifyRequest): Caller => ({
      origin: originOf(request),
      subject: app.authentication.subjectOf(request),
    })
    app.decorate('originOf', { getter: () => originOf })
    app.decorate('callerOf', { getter: () => callerOf })
  },
  { name: 'latchkey-origin', dependencies: ['latchkey-authentication'] },
)

/** Fastify knows no `ips` where no proxy is trusted. */
function isForwardedByStranger({ headers, ip, ips }: FastifyRequest) {
  const isForwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined
  return isForwarded && ips === undefined && isPrivateAddress(ip ?? '')
}

function actorOf(subject: Subject | undefined): Actor | undefined {
  if (subject === undefined) return undefined
  return isClient(subject) ? { type: 'client', id: subject.client.id } : { type: 'user', id: subject.account.id }
}
