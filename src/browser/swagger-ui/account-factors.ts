import { callApi } from '../session/call-api.ts'
import type { PageSession } from './sessions.ts'

export interface Factor {
  id: string
  name: string
  created_at: string
  used_at: string | null
}

/** The second factors of an account. */
export interface Factors {
  totp: Factor[]
  passkeys: Factor[]
  codesLeft: number
  /** Whether the account must have one. */
  isRequired: boolean
}

/** Asks for the second factors of the user. */
export async function loadFactors({ fetch, tokenUrl }: PageSession): Promise<Factors> {
  const body = await callApi(fetch, tokenUrl, { path: 'users/me/factors', method: 'GET' })
  const list = (value: unknown): Factor[] => (Array.isArray(value) ? value : [])
  const { totp, passkeys, recovery_codes_left: codesLeft, required } = body
  return {
    totp: list(totp),
    passkeys: list(passkeys),
    codesLeft: typeof codesLeft === 'number' ? codesLeft : 0,
    isRequired: required === true,
  }
}

export const countOf = ({ totp, passkeys }: Factors) => totp.length + passkeys.length

export const needsFactor = 'You need a second factor before you can use more than your own account.'
