import type { FastifyPluginAsync } from 'fastify'
import { guarded } from '../../plugins/guard.ts'
import { ownScope } from '../../src/authorization/index.ts'
import { requestEmailVerification, verifyEmail } from './email-verification.ts'
import { requestPasswordReset, resetPassword } from './password-reset.ts'

export const recovery: FastifyPluginAsync = async (scope) => {
  await scope.register(requestPasswordReset)
  await scope.register(resetPassword)
  await scope.register(guarded({ scopes: [ownScope], isOptional: true }, requestEmailVerification, verifyEmail))
}
