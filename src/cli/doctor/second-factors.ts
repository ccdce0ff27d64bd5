import { findForeignFactors, sealedTables } from '../../factors/index.ts'
import { createMasterKey, createSecrets } from '../../keys/index.ts'
import { administratorScope, countAdministrators } from '../../users/index.ts'
import { digitsOf } from '../output.ts'
import { type CheckResult, note, orOk, warning } from './check-result.ts'
import type { Examined } from './machine.ts'

/** Checks that the second factors can be verified, and that administrators have one. */
export async function checkSecondFactors({ config, database }: Examined): Promise<CheckResult[]> {
  const { all, withoutSecondFactor } = await database.read(countAdministrators)
  const isRequired = config.requireSecondFactor !== 'off'
  const secret = await createSecrets(config).findMasterKey()
  const masterKey = secret === undefined ? undefined : createMasterKey(secret, config.masterKeyPrevious)
  const { previous, unreadable } =
    masterKey === undefined
      ? { previous: 0, unreadable: 0 }
      : await findForeignFactors(database.read, masterKey, sealedTables)
  return orOk(
    [
      ...(unreadable > 0
        ? [
            warning(
              `The authenticator apps or recovery codes of ${usersOf(unreadable)} cannot be decrypted, so their ` +
                'codes are rejected. The master key was replaced.',
              'If you have the master key of their time, set it as MASTER_KEY_PREVIOUS and restart the service. If ' +
                'not, once you know who is asking, run: latchkey users reset-factors USER. Passkeys still work.',
            ),
          ]
        : []),
      ...(previous > 0
        ? [
            note(
              `The authenticator apps or recovery codes of ${usersOf(previous)} still need MASTER_KEY_PREVIOUS.`,
              'Restart the service before you remove it: each start encrypts them under MASTER_KEY.',
            ),
          ]
        : []),
      ...(withoutSecondFactor > 0
        ? [
            note(
              `Administrators without a second factor: ${withoutSecondFactor} of ${all}. ` +
                (isRequired
                  ? 'They can manage users only after they have added one.'
                  : 'A stolen password is enough to manage all users.'),
              `To see them, run: latchkey users list --scope ${administratorScope} --without-second-factor` +
                (isRequired ? '' : '. To require one, set REQUIRE_SECOND_FACTOR=administrators'),
            ),
          ]
        : []),
    ],
    all === 0 ? 'All second factors can be verified.' : 'All administrators have a second factor.',
  )
}

function usersOf(count: number) {
  return count === 1 ? 'one user' : `${digitsOf(count)} users`
}
