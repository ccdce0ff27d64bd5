import type { FastifyPluginAsync } from 'fastify'
import { guarded } from '../../plugins/guard.ts'
import { ownScope } from '../../src/authorization/index.ts'
import { changeAccountPasskey } from './change-account-passkey.ts'
import { changeAccountTotp } from './change-account-totp.ts'
import { createAccountPasskey } from './create-account-passkey.ts'
import { createAccountPasskeyOptions } from './create-account-passkey-options.ts'
import { createAccountRecoveryCodes } from './create-account-recovery-codes.ts'
import { createAccountTotp } from './create-account-totp.ts'
import { createPasskeyOptions } from './create-passkey-options.ts'
import { deleteAccountPasskey } from './delete-account-passkey.ts'
import { deleteAccountTotp } from './delete-account-totp.ts'
import { getAccountFactors } from './get-account-factors.ts'
import { verifyAccountTotp } from './verify-account-totp.ts'

/** The second factors of users: `/users/me/factors`, `/users/me/totp`, `/users/me/passkeys`… */
export const factors: FastifyPluginAsync = async (scope) => {
  await scope.register(guarded({ scopes: [ownScope] }, getAccountFactors))
  await scope.register(
    guarded(
      { scopes: [ownScope], recent: 'always' },
      createAccountTotp,
      // Otherwise a stolen session could guess the code of the owner's device, and get the recovery codes.
      verifyAccountTotp,
      // Otherwise a stolen session could swap names, so that the owner removes the wrong one.
      changeAccountTotp,
      deleteAccountTotp,
      createAccountPasskeyOptions,
      createAccountPasskey,
      changeAccountPasskey,
      deleteAccountPasskey,
      createAccountRecoveryCodes,
    ),
  )
  await scope.register(guarded({ scopes: [], isOptional: true }, createPasskeyOptions))
}
