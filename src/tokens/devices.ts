import Bowser from 'bowser'
import ipaddr from 'ipaddr.js'

/** Where a request comes from. */
export interface Device {
  /** IPv4 or IPv6; null where it is not known. */
  address: string | null
  userAgent: string | undefined
}

/** A User-Agent (RFC 9110 10.1.5) in words for its owner: `Firefox on Windows`, `curl`. */
export function describeDevice (userAgent: string | null): string {
  if (userAgent === null || userAgent === '') return 'Unknown device'
  const { browser, os } = Bowser.parse(userAgent)
  // What is not a browser says first what it is.
  const program = browser.name || /^[\w.-]+/.exec(userAgent)?.[0]
  return [program?.slice(0, 40), os.name].filter(Boolean).join(' on ') || 'Unknown device'
}

/** What is likely to be the same place: an IPv4 address, also when it is written as IPv6, or the /64 of an IPv6 one. */
export function networkOf (address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  return parsed instanceof ipaddr.IPv6 ? `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed}/64`)}/64` : parsed.toString()
}
