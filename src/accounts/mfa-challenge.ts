import type { Audit, Origin } from '../audit/index.ts'
import { ApiError } from '../errors/index.ts'
import {
  invalidMfaToken,
  type MfaToken,
  type MfaTokens,
  type SecondFactors,
  type UsedTokens,
} from '../factors/index.ts'
import { hourlyMailLimit, type Notices } from '../mail/index.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import type { Location } from '../throttling/index.ts'
import type { RememberedDevices } from './remembered-devices.ts'
import { shownPlace } from './start-session.ts'

interface Dependencies {
  store: Store
  secondFactors: SecondFactors
  mfaTokens: MfaTokens
  usedTokens: UsedTokens
  rememberedDevices: RememberedDevices
  audit: Audit
  notices: Notices
  /** The URL of the page where users request a password reset. */
  resetUrl: string
}

/** The owner is notified unless the sign-in is finished by then, when its token has expired as well. */
const noticeDelayMs = 5 * 60 * 1000

export type MfaChallenge = ReturnType<typeof createMfaChallenge>

/** Responds to a correct password without the second factor. */
export function createMfaChallenge({
  store,
  secondFactors,
  mfaTokens,
  usedTokens,
  rememberedDevices,
  audit,
  notices,
  resetUrl,
}: Dependencies) {
  /**
   * Records that someone entered the correct password, and notifies the owner later if the location is unknown.
   * @returns the id of the message, if there is one
   */
  function report(user: UserRow, location: Location, origin: Origin): Promise<string | undefined> {
    return store.complete(async (db) => {
      await audit.record(db, {
        event: 'mfa_required',
        userId: user.id,
        origin,
        isFromUnknownLocation: !location.isKnown,
        details: { known_location: location.isKnown },
      })
      if (location.isKnown) return undefined
      const details = { ...shownPlace(user, origin), resetUrl }
      const delayed = { ms: noticeDelayMs, name: location.network }
      return notices.notify(db, user, 'sign_in_unfinished', details, { limit: hourlyMailLimit, delayed })
    })
  }

  return {
    report,

    /** @returns 403 `mfa_required`, with a token that continues the sign-in */
    async toError(
      user: UserRow,
      { location, ...requested }: { location: Location; scope: string; deviceToken: string | undefined },
      origin: Origin,
    ): Promise<ApiError> {
      const noticeId = await report(user, location, origin)
      const mfaToken = mfaTokens.issue(user, { ...requested, noticeId })
      const { factors, passkeyOptions } = await secondFactors.offer(user, mfaToken)
      const rememberDays = rememberedDevices.daysFor(user)
      return new ApiError('mfa_required', {
        extensions: {
          mfa_token: mfaToken,
          factors,
          ...(passkeyOptions === undefined ? {} : { passkey_options: passkeyOptions }),
          ...(rememberDays === 0 ? {} : { remember_device_days: rememberDays }),
        },
      })
    },

    /**
     * Uses a token up, and cancels the message about its request, even if the user has changed the network meanwhile.
     * @throws {ApiError} 400 `invalid_mfa_token`
     */
    async useToken(db: Writer, token: MfaToken): Promise<void> {
      if (!(await usedTokens.use(db, token))) throw invalidMfaToken()
      if (token.noticeId !== undefined) await notices.cancelOne(db, token.noticeId)
    },

    /**
     * Cancels the messages about all requests from a location where the user has now finished a sign-in, since they
     * may have entered the password there several times. A network behind a shared proxy says nothing about the user.
     */
    async cancelNotices(
      db: Writer,
      { id }: UserRow,
      { isKnown, network }: Location,
      { isShared }: Origin,
    ): Promise<void> {
      if (!isKnown && !isShared) await notices.cancelDelayed(db, 'sign_in_unfinished', id, network)
    },
  }
}
