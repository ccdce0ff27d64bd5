import type { FastifyPluginAsync } from 'fastify'
import { logRefusal, refusalOf } from '../../plugins/errors.ts'
import { fixedHeaders } from '../../plugins/headers.ts'
import { failurePage } from './failure.ts'
import { invitationPage } from './invitation.ts'
import { sendPage } from './page.ts'
import { resetPasswordPage } from './reset-password.ts'
import { pagePolicy } from './style.ts'
import { verifyEmailPage } from './verify-email.ts'

/** What people see in a browser who open a link in a mail. Opening one changes nothing. */
export const pages: FastifyPluginAsync = async (scope) => {
  const {
    config: { productColor, publicUrl },
  } = scope
  const headers = { ...fixedHeaders(publicUrl), 'content-security-policy': pagePolicy(productColor) }
  // At the very end: a host may have a policy of its own, under which no page of ours would work.
  scope.addHook('onSend', async (_request, reply) => {
    reply.headers(headers)
  })
  scope.setErrorHandler((error, request, reply) => {
    const refusal = refusalOf(error)
    logRefusal(refusal, request)
    sendPage(scope, reply.headers(refusal.headers), failurePage(refusal))
  })
  await scope.register(resetPasswordPage)
  await scope.register(verifyEmailPage)
  await scope.register(invitationPage)
}
