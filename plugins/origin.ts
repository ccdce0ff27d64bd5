import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Actor, Origin } from '../src/audit/index.ts'
import { type Caller, isClient, type Subject } from '../src/authorization/index.ts'
import { canonicalAddress, isPrivateAddress } from '../src/lib/networks.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Where a request comes from, for limits and the audit log, and its user or client if the route is guarded. */
    originOf: (request: FastifyRequest) => Origin
    /** The user or client of a guarded route, who acts on other users. */
    callerOf: (request: FastifyRequest) => Caller
  }
}

/** The caller and the client address of a request, as `app.originOf` and `app.callerOf`. */
export default fp(
  async (app) => {
    let hasWarned = false

    /** Whether the address is that of a proxy, which all clients behind it would share. */
    function isFromUntrustedProxy(request: FastifyRequest): boolean {
      if (!isForwardedByUntrusted(request)) return false
      if (!hasWarned) {
        app.log.warn(
          { address: addressOf(request) },
          'requests come through a proxy that is not trusted, so all of them seem to come from one address: ' +
            'set TRUST_PROXY (a host sets trustProxy)',
        )
      }
      hasWarned = true
      return true
    }

    const originOf = (request: FastifyRequest): Origin => ({
      actor: actorOf(app.authentication.findSubjectOf(request)),
      address: addressOf(request) ?? null,
      userAgent: request.headers['user-agent'],
      requestId: request.id,
      isShared: isFromUntrustedProxy(request),
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

/** Undefined over a Unix socket. */
export function addressOf({ ip }: { ip: string | undefined }): string | undefined {
  return ip === undefined ? undefined : canonicalAddress(ip)
}

/** Fastify sets `ips` only where a proxy is trusted. */
function isForwardedByUntrusted({ headers, ip, ips }: FastifyRequest) {
  const isForwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined
  return isForwarded && ips === undefined && isPrivateAddress(ip ?? '')
}

function actorOf(subject: Subject | undefined): Actor | undefined {
  if (subject === undefined) return undefined
  return isClient(subject) ? { type: 'client', id: subject.client.id } : { type: 'user', id: subject.account.id }
}
