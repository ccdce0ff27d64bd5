import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Actor, Origin } from '../src/audit/index.ts'
import { type Caller, isClient, type Subject } from '../src/authorization/index.ts'
import { canonicalAddress, isPrivateAddress } from '../src/lib/networks.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The IP address, User-Agent and id of a request, and its user or client if the route is guarded. */
    originOf: (request: FastifyRequest) => Origin
    /** The user or client who acts on users and clients. Only for guarded routes. */
    callerOf: (request: FastifyRequest) => Caller
  }
}

/** The origin and the caller of a request, for limits and the audit log, as `app.originOf` and `app.callerOf`. */
export default fp(
  async (app) => {
    let hasWarned = false

    /** Whether the IP address belongs to an untrusted proxy, so that all clients behind it share it. */
    function isFromUntrustedProxy(request: FastifyRequest): boolean {
      if (!isForwardedByUntrusted(request)) return false
      if (!hasWarned) {
        app.log.warn(
          { address: addressOf(request), remedy: 'set TRUST_PROXY (in a host: trustProxy)' },
          'requests forwarded by an untrusted proxy, all clients share its IP address',
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
      wait: app.waitOf(request),
    })
    const callerOf = (request: FastifyRequest): Caller => ({
      origin: originOf(request),
      subject: app.authentication.subjectOf(request),
    })
    app.decorate('originOf', { getter: () => originOf })
    app.decorate('callerOf', { getter: () => callerOf })
  },
  { name: 'latchkey-origin', dependencies: ['latchkey-authentication', 'latchkey-deadline'] },
)

/** The IP address of a request; undefined over a Unix socket. */
export function addressOf({ ip }: { ip: string | undefined }): string | undefined {
  return ip === undefined ? undefined : canonicalAddress(ip)
}

/** Whether an untrusted proxy forwarded the request. Fastify sets `ips` only if it trusts a proxy. */
function isForwardedByUntrusted({ headers, ip, ips }: FastifyRequest) {
  const isForwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined
  return isForwarded && ips === undefined && isPrivateAddress(ip ?? '')
}

function actorOf(subject: Subject | undefined): Actor | undefined {
  if (subject === undefined) return undefined
  return isClient(subject) ? { type: 'client', id: subject.client.id } : { type: 'user', id: subject.account.id }
}
