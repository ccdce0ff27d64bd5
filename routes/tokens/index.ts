import type { FastifyPluginAsync } from 'fastify'
import { sendOAuthError } from '../../plugins/errors.ts'
import multipart from '../../plugins/multipart.ts'
import { introspectToken } from './introspect.ts'
import { revokeToken } from './revoke.ts'
import { issueToken } from './token.ts'

/** The endpoints of OAuth 2.0, whose errors have a shape of their own. */
export const tokens: FastifyPluginAsync = async (scope) => {
  await scope.register(multipart)
  // On each route, so that it also answers for the methods that the route lacks.
  scope.addHook('onRoute', (route) => {
    route.errorHandler = sendOAuthError
  })
  scope.addHook('onRequest', (_request, reply, done) => {
    // RFC 6749 5.1, beside the Cache-Control that every reply has.
    reply.header('pragma', 'no-cache')
    done()
  })
  scope.addHook('preValidation', ({ body }, _reply, done) => {
    omitEmpty(body)
    done()
  })
  await scope.register(issueToken)
  await scope.register(revokeToken)
  await scope.register(introspectToken)
}

/** Parameters without a value count as omitted (RFC 6749 3.2). */
function omitEmpty(body: unknown) {
  if (typeof body !== 'object' || body === null) return
  for (const [name, value] of Object.entries(body)) {
    if (value === '') Reflect.deleteProperty(body, name)
  }
}
