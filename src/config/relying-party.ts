import { isIP } from 'node:net'
import type { Settings } from './settings.ts'

/** The party that passkeys belong to (WebAuthn Level 3, 5.4.2). */
export interface RelyingParty {
  /** The domain of passkeys. */
  id: string
  /** The origins whose pages and apps can use them. */
  origins: [string, ...string[]]
}

type PasskeySettings = Pick<Settings, 'rpId' | 'rpOrigins'>

/** @returns undefined if passkeys are unavailable, as on IP addresses */
export function relyingPartyOf(settings: PasskeySettings, publicUrl: string): RelyingParty | undefined {
  const id = domainOf(settings, publicUrl)
  if (isAddress(id)) return undefined
  const [origin, ...others] = isBelow(id, publicUrl) ? [publicUrl, ...settings.rpOrigins] : settings.rpOrigins
  if (origin === undefined) return undefined
  return { id, origins: [origin, ...others] }
}

/**
 * Describes what is wrong with the origins of passkeys.
 * @param nameOf how the operator calls a setting
 * @returns undefined if they are valid
 */
export function findOriginFault(
  settings: PasskeySettings,
  publicUrl: string,
  nameOf: (setting: 'rpId' | 'rpOrigins' | 'publicUrl') => string,
): string | undefined {
  const id = domainOf(settings, publicUrl)
  const foreign = settings.rpOrigins.filter((origin) => !origin.startsWith('android:') && !isBelow(id, origin))
  if (isAddress(id)) {
    return settings.rpOrigins.length === 0
      ? undefined
      : `${nameOf('rpOrigins')} requires ${nameOf('rpId')}, because ${nameOf('publicUrl')} (${publicUrl}) has an IP ` +
          'address, on which passkeys are unavailable'
  }
  if (foreign.length > 0) {
    return (
      `${nameOf('rpOrigins')} contains ${foreign.join(', ')}: each web origin must be on the domain ${id} ` +
      `(${nameOf('rpId')}) or on a subdomain`
    )
  }
  return settings.rpOrigins.length === 0 && !isBelow(id, publicUrl)
    ? `${nameOf('rpOrigins')} is required, because ${nameOf('publicUrl')} (${publicUrl}) is not on the domain ${id} ` +
        `(${nameOf('rpId')})`
    : undefined
}

function domainOf({ rpId }: PasskeySettings, publicUrl: string) {
  return rpId ?? new URL(publicUrl).hostname
}

function isBelow(domain: string, origin: string) {
  const { hostname } = new URL(origin)
  return hostname === domain || hostname.endsWith(`.${domain}`)
}

function isAddress(hostname: string) {
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
}
