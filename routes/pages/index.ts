import type { FastifyPluginAsync } from 'fastify'
import { logServerError } from '../../plugins/errors.ts'
import { toApiError } from '../../plugins/framework-errors.ts'
import { fixedHeaders } from '../../plugins/headers.ts'
import { pagePolicy } from './assets.ts'
import { errorPage } from './error-page.ts'
import { invitationPage } from './invitation.ts'
import { resetPasswordPage } from './reset-password.ts'
import { sendPage } from './send-page.ts'
import { verifyEmailPage } from './verify-email.ts'

/** The pages that e-mailed links open. Opening one changes nothing. */
export const pages: FastifyPluginAsync = async (scope) => {
  const {
    config: { productColor, publicUrl },
  } = scope
  const headers = { ...fixedHeaders({ publicUrl }), 'content-security-policy': pagePolicy(productColor) }
  // Last, to replace the policy of a host, under which the pages would not work.
  scope.addHook('onSend', async (_request, reply) => {
    reply.headers(headers)
  })
  scope.setErrorHandler((error, request, reply) => {
    const apiError = toApiError(error, request)
    logServerError(apiError, request)
    sendPage(scope, reply.headers(apiError.headers), errorPage(apiError))
  })
  await scope.register(resetPasswordPage)
  await scope.register(verifyEmailPage)
  await scope.register(invitationPage)
}
