import type { FastifyPluginAsync } from 'fastify'
import { guarded } from '../../plugins/guard.ts'
import { ownScope } from '../../src/authorization/index.ts'
import { changeAccountTotp } from './change-account-totp.ts'
import { createAccountRecoveryCodes } from './create-account-recovery-codes.ts'
import { createAccountTotp } from './create-account-totp.ts'
import { deleteAccountTotp } from './delete-account-totp.ts'
import { getAccountFactors } from './get-account-factors.ts'
import { verifyAccountTotp } from './verify-account-totp.ts'

/** The second factors of users: `/users/me/factors`, `/users/me/totp`, `/users/me/recovery-codes`. */
export const factors: FastifyPluginAsync = async (scope) => {
  // Only a user who has authenticated recently has seen the secret that a confirmation requires.
  await scope.register(guarded({ scopes: [ownScope] }, getAccountFactors, verifyAccountTotp, changeAccountTotp))
  await scope.register(
    guarded({ scopes: [ownScope], isRecent: true }, createAccountTotp, deleteAccountTotp, createAccountRecoveryCodes),
  )
}
