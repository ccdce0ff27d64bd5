import type { ManagedUser } from '../../../users/index.ts'

/** The states of an account with their colors. */
export const stateColors = { active: undefined, disabled: 'gray', locked: 'yellow' } as const

export function stateOf(user: ManagedUser | undefined): keyof typeof stateColors {
  return user?.disabled === true ? 'disabled' : user?.locked === true ? 'locked' : 'active'
}

/** The e-mail address, marked when it is unverified. */
export function emailOf({ email, email_verified: isVerified }: ManagedUser): string {
  return email === null ? '-' : isVerified ? email : `${email} (unverified)`
}
