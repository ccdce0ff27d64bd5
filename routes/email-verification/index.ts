import type { FastifyPluginAsync } from 'fastify'
import { guarded } from '../../plugins/guard.ts'
import { ownScope } from '../../src/authorization/index.ts'
import { requestEmailVerification } from './request-email-verification.ts'
import { verifyEmail } from './verify-email.ts'

/** Verification of e-mail addresses: `/email-verification`. */
export const emailVerification: FastifyPluginAsync = async (scope) => {
  await scope.register(guarded({ scopes: [ownScope], isOptional: true }, requestEmailVerification, verifyEmail))
}
