import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { RequestWait } from '../src/store/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Rejects with 503 when the total time that this request has waited for the database exceeds the limit. */
    withinDeadline: <T>(request: FastifyRequest, work: Promise<T>, isAnswering?: () => boolean) => Promise<T>
    /** The wait of this request for the database. */
    waitOf: (request: FastifyRequest) => RequestWait
  }
}

/** Limits the time that a request waits for the database, as `app.withinDeadline`. It wraps every handler. */
export default fp(
  async (app) => {
    const key = Symbol('wait')
    interface WaitingRequest extends FastifyRequest {
      [key]?: RequestWait
    }

    const waitOf = (request: WaitingRequest) => (request[key] ??= app.store.startWait())

    function withinDeadline<T>(request: FastifyRequest, work: Promise<T>, isAnswering?: () => boolean): Promise<T> {
      return app.store.bound(work, waitOf(request), isAnswering)
    }

    app.decorate('withinDeadline', { getter: () => withinDeadline })
    app.decorate('waitOf', { getter: () => waitOf })
    app.addHook('onRoute', (route) => {
      const { handler } = route
      route.handler = function (request, reply) {
        const work: unknown = handler.call(this, request, reply)
        if (!(work instanceof Promise)) return work
        // A handler that returns `reply` settles only after its stream has been sent.
        const answer = withinDeadline(request, work, () => reply.raw.headersSent)
        answer.catch(() => {
          // The handler may finish later. It must not respond a second time.
          const { send } = reply
          reply.send = (payload) => (reply.sent ? reply : send.call(reply, payload))
        })
        return answer
      }
    })
  },
  { name: 'latchkey-deadline', dependencies: ['latchkey-store'] },
)
