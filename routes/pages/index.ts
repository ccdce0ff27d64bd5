import type { FastifyPluginAsync } from 'fastify'
import { logRefusal, refusalOf } from '../../plugins/errors.ts'
import { html } from '../../src/html.ts'
import { pagePolicy } from './layout.ts'
import { sendPage } from './page.ts'
import { resetPasswordPage } from './reset-password.ts'
import { verifyEmailPage } from './verify-email.ts'

/** What people see in a browser who open a link in a mail. Opening one changes nothing. */
export const pages: FastifyPluginAsync = async (scope) => {
  const policy = pagePolicy({ name: scope.config.productName, color: scope.config.productColor })
  scope.addHook('onRequest', (_request, reply, done) => {
    reply.header('content-security-policy', policy)
    done()
  })
  scope.setErrorHandler((error, request, reply) => {
    const refusal = refusalOf(error)
    logRefusal(refusal, request)
    sendPage(scope, reply.headers(refusal.headers), { status: refusal.statusCode, title: 'That did not work', body: html`<p>${refusal.message}</p>` })
  })
  await scope.register(resetPasswordPage)
  await scope.register(verifyEmailPage)
}
