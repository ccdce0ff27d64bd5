import type { FastifyPluginAsync } from 'fastify'
import { sendOAuthError } from '../../plugins/errors.ts'
import multipart from '../../plugins/multipart.ts'
import { introspectToken } from './introspect-token.ts'
import { issueToken } from './issue-token.ts'
import { revokeToken } from './revoke-token.ts'

/** The endpoints of OAuth 2.0, whose errors have their own shape. */
export const tokens: FastifyPluginAsync = async (scope) => {
  await scope.register(multipart)
  // Set on each route, so that it also handles methods that the URL does not accept.
  scope.addHook('onRoute', (route) => {
    route.errorHandler = sendOAuthError
  })
  scope.addHook('onRequest', (_request, reply, done) => {
    // RFC 6749 5.1 requires it in addition to Cache-Control, which every response has.
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

/** Removes parameters without a value, which count as omitted (RFC 6749 3.2). */
function omitEmpty(body: unknown) {
  if (typeof body !== 'object' || body === null) return
  for (const [name, value] of Object.entries(body)) {
    if (value === '') Reflect.deleteProperty(body, name)
  }
}
