import type { Audit, Origin } from '../audit/index.ts'
import { ApiError } from '../errors/index.ts'
import { normalizeCode } from '../lib/normalize-code.ts'
import { hourlyMailLimit } from '../mail/index.ts'
import type { AccountMail } from '../one-time-tokens/index.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import type { RecoveryCodes } from './recovery-codes.ts'
import type { MfaToken } from './mfa-tokens.ts'
import type { Passkeys } from './passkeys.ts'
import type { TotpDevices } from './totp-devices.ts'
import type { UsedTokens } from './used-tokens.ts'
import type { RequestOptions, Webauthn } from './webauthn.ts'

/** The kinds of factors that complete a sign-in after the password. */
export type SecondFactor = 'totp' | 'recovery_code' | 'passkey'

interface Dependencies {
  store: Store
  audit: Audit
  accountMail: AccountMail
  totpDevices: TotpDevices
  passkeys: Passkeys
  webauthn: Webauthn
  recoveryCodes: RecoveryCodes
  usedTokens: UsedTokens
}

/** The factors that can complete a sign-in. */
export interface OfferedFactors {
  factors: SecondFactor[]
  /** The options with which a browser uses a passkey, if the user has one. */
  passkeyOptions?: RequestOptions
}

/**
 * The consecutive correct codes that sign a user in while codes are locked. An attacker guesses one code with a chance
 * of three in a million, and three in a row never. So an attacker with the password cannot lock the owner out for good.
 */
const codesToUnlock = 3

export type SecondFactors = ReturnType<typeof createSecondFactors>

/** Checks second factors, whatever their kind. */
export function createSecondFactors({
  store,
  audit,
  accountMail,
  totpDevices,
  passkeys,
  webauthn,
  recoveryCodes,
  usedTokens,
}: Dependencies) {
  async function useRecoveryCode(db: Writer, user: UserRow, code: string, origin: Origin): Promise<boolean> {
    const codesLeft = await recoveryCodes.use(db, user.id, code)
    if (codesLeft === undefined) return false
    await audit.record(db, {
      event: 'recovery_code_used',
      userId: user.id,
      origin,
      details: { codes_left: codesLeft },
    })
    const details = { codesLeft, resetUrl: accountMail.resetUrl }
    await accountMail.notify(db, user, 'recovery_code_used', details, { limit: hourlyMailLimit })
    return true
  }

  return {
    /**
     * The factors that can complete a sign-in of this user.
     * @param mfaToken the token that continues the sign-in
     * @throws {ApiError} 400 `unreadable_factors` if there are only codes that cannot be verified
     */
    async offer({ id }: UserRow, mfaToken: string): Promise<OfferedFactors> {
      const { totp, codes, keys } = await store.read(async (db) => ({
        totp: await totpDevices.availability(db, id),
        codes: await recoveryCodes.availability(db, id),
        keys: await passkeys.rowsOf(db, id),
      }))
      const factors: SecondFactor[] = [
        ...(totp === 'available' ? ['totp' as const] : []),
        ...(codes === 'available' ? ['recovery_code' as const] : []),
      ]
      if (keys.length === 0 || !webauthn.isAvailable) {
        if (factors.length === 0 && [totp, codes].includes('unreadable')) throw new ApiError('unreadable_factors')
        return { factors }
      }
      const purpose = { kind: 'second_factor', mfaToken } as const
      return {
        factors: [...factors, 'passkey'],
        passkeyOptions: webauthn.requestOptions(purpose, 'discouraged', keys),
      }
    },

    /**
     * Uses a code up, in the transaction of what it allows. The transaction must have locked the user's row.
     * @param otp a code of an authenticator app or a recovery code, as typed
     * @returns the kind of the code; undefined if it is wrong or was already used
     * @throws {ApiError} 400 `unreadable_factors` if codes of this kind cannot be verified
     */
    async use(db: Writer, user: UserRow, otp: string, origin: Origin): Promise<SecondFactor | undefined> {
      const code = normalized(otp)
      const isTotp = isTotpCode(code)
      if (isTotp) {
        if (await totpDevices.use(db, user.id, code)) return 'totp'
      } else if (await useRecoveryCode(db, user, code, origin)) {
        return 'recovery_code'
      }
      const factors = isTotp ? totpDevices : recoveryCodes
      if ((await factors.availability(db, user.id)) === 'unreadable') throw new ApiError('unreadable_factors')
      return undefined
    },

    /**
     * Uses a code up while codes are locked. A recovery code is accepted, because it cannot be guessed. Another code is
     * accepted if it is the last of three correct ones in a row, entered with the same token. The transaction has to be
     * committed in any case, to count the code.
     * @returns undefined if the code is not accepted
     */
    async useLocked(
      db: Writer,
      user: UserRow,
      { otp, mfaToken }: { otp: string; mfaToken: MfaToken | undefined },
      origin: Origin,
    ): Promise<SecondFactor | undefined> {
      const code = normalized(otp)
      if (!isTotpCode(code)) return (await useRecoveryCode(db, user, code, origin)) ? 'recovery_code' : undefined
      if (mfaToken === undefined) return undefined
      const isRight = await totpDevices.use(db, user.id, code)
      return (await usedTokens.countCode(db, mfaToken, isRight)) >= codesToUnlock ? 'totp' : undefined
    },
  }
}

function normalized(otp: string) {
  return normalizeCode(otp).toLowerCase()
}

/** Whether a normalized code is one of an authenticator app, and not a recovery code. */
export function isTotpCode(code: string): boolean {
  return /^\d{6}$/.test(code)
}

export function invalidOtp() {
  return new ApiError('invalid_otp', { errors: [{ path: '/otp', message: 'is wrong or was already used' }] })
}
