import type { ManagedUser } from '../../../users/index.ts'

/** The colours of the states in which an account can be. */
export const stateColors = { active: undefined, disabled: 'gray', locked: 'yellow' } as const

export function stateOf(user: ManagedUser | undefined): keyof typeof stateColors {
  return user?.disabled === true ? 'disabled' : user?.locked === true ? 'locked' : 'active'
}

/** The address, and whether it is verified. */
export function emailOf({ email, email_verified: isVerified }: ManagedUser): string {
  return email === null ? '-' : isVerified ? email : `${email} (unverified)`
}
