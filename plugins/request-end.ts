import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** The status of requests whose connection closed before the response was complete. nginx logs the same. */
const connectionClosed = 499

/**
 * Adds a function that is called once for each request: when its response has been sent, or when the connection has
 * closed before. Fastify's hook `onResponse` does not run in the second case.
 */
export function onRequestEnd(
  app: FastifyInstance,
  onEnd: (request: FastifyRequest, reply: FastifyReply, status: number) => void,
): void {
  const key = Symbol('hasEnded')
  interface TrackedReply extends FastifyReply {
    [key]?: boolean
  }

  function end(request: FastifyRequest, reply: TrackedReply) {
    if (reply[key] === true) return
    reply[key] = true
    const isSent = reply.raw.writableEnded && !request.raw.socket.destroyed
    onEnd(request, reply, isSent ? reply.statusCode : connectionClosed)
  }

  app.addHook('onRequest', (request, reply, done) => {
    reply.raw.on('close', () => end(request, reply))
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    end(request, reply)
    done()
  })
}
