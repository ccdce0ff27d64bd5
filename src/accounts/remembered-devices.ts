import {
  type AuthenticationContext,
  isAdministration,
  levelOf,
  mustHaveSecondFactor,
  scopesOf,
  type SecondFactorPolicy,
} from '../authorization/index.ts'
import { dayMs, maxClockSkewMs } from '../lib/time.ts'
import type { UserRow } from '../store/index.ts'
import type { Device } from '../tokens/index.ts'

interface Dependencies {
  /** With 0, no device is remembered. */
  rememberDays: number
  secondFactorPolicy: SecondFactorPolicy
  /** Milliseconds since the epoch. */
  now: () => number
}

export type RememberedDevices = ReturnType<typeof createRememberedDevices>

/** Devices on which users need no second factor for a while, because they have used it there. */
export function createRememberedDevices({ rememberDays, secondFactorPolicy, now }: Dependencies) {
  const mustAlwaysUse = ({ scopes }: UserRow) => mustHaveSecondFactor(secondFactorPolicy, scopesOf(scopes))

  return {
    /** The days for which the user can let a device be remembered; 0 if they cannot. */
    daysFor: (user: UserRow): number => (mustAlwaysUse(user) ? 0 : rememberDays),

    /**
     * Whether the password is enough for a sign-in. It never is for administration scopes, nor for accounts that must
     * have a second factor.
     * @param scope the requested scopes, separated by spaces
     */
    isRemembered(user: UserRow, device: Device | undefined, scope: string): boolean {
      if (device?.secondFactorAt === undefined) return false
      const ageMs = now() - device.secondFactorAt
      // Otherwise a device would be remembered for longer after the clock was set back.
      if (ageMs < -maxClockSkewMs || ageMs >= rememberDays * dayMs) return false
      return !scopesOf(scope).some(isAdministration) && !mustAlwaysUse(user)
    },

    /**
     * Returns the device after a sign-in. One without a second factor does not prolong the time.
     * @param session how the user authenticated
     * @param isWanted whether the user wants the device to be remembered; undefined if they were not asked
     */
    afterSignIn(
      device: Device,
      session: Pick<AuthenticationContext, 'methods'>,
      isWanted: boolean | undefined,
    ): Device {
      if (levelOf(session) === 'aal1' || isWanted === undefined) return device
      return { ...device, secondFactorAt: isWanted && rememberDays > 0 ? now() : undefined }
    },
  }
}
