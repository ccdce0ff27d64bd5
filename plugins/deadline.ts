import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** Answers 503 when this request waits for too long, in all, for the database. */
    withinDeadline: <T>(request: FastifyRequest, work: Promise<T>, isAnswering?: () => boolean) => Promise<T>
  }
}

/** The time that a request may wait for the database, as `app.withinDeadline`, which every handler here passes. */
export default fp(
  async (app) => {
    const startedAt = Symbol('started at')
    interface TimedRequest extends FastifyRequest {
      [startedAt]?: number
    }

    function withinDeadline<T>(request: TimedRequest, work: Promise<T>, isAnswering?: () => boolean): Promise<T> {
      request[startedAt] ??= performance.now()
      return app.store.bound(work, request[startedAt], isAnswering)
    }

    app.decorate('withinDeadline', { getter: () => withinDeadline })
    app.addHook('onRoute', (route) => {
      const { handler } = route
      route.handler = function (request, reply) {
        const work: unknown = handler.call(this, request, reply)
        // A handler that returns `reply` has ended when its stream has been sent.
        return work instanceof Promise ? withinDeadline(request, work, () => reply.raw.headersSent) : work
      }
    })
  },
  { name: 'latchkey-deadline', dependencies: ['latchkey-store'] },
)
