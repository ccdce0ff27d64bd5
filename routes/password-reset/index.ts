import type { FastifyPluginAsync } from 'fastify'
import { requestPasswordReset } from './request-password-reset.ts'
import { resetPassword } from './reset-password.ts'

/** Password reset by e-mail: `/password-reset`. */
export const passwordReset: FastifyPluginAsync = async (scope) => {
  await scope.register(requestPasswordReset)
  await scope.register(resetPassword)
}
