import ipaddr from 'ipaddr.js'

/** The length of `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255`. */
const maxAddressLength = 45

/**
 * Writes an IP address in its canonical form (RFC 5952). It removes the zone, and the port that some proxies append, as
 * in `192.0.2.1:4711` and `[2001:db8::1]:4711`. An IPv4-mapped IPv6 address (RFC 4291 2.5.5.2) becomes IPv4.
 * @param text the address as received
 * @returns the address; for text that is not an address, the text cut to the length of the longest address
 */
export function canonicalAddress(text: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1]
  const [bare = ''] = (bracketed ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text).split('%')
  return ipaddr.isValid(bare) ? ipaddr.process(bare).toString() : text.slice(0, maxAddressLength)
}

/**
 * A network, with a range of texts in which a database can search for its addresses. All canonical addresses of the
 * network sort from `firstText` up to but not including `endText`, and so may addresses of other networks.
 */
export interface Network {
  firstText: string
  endText: string
  /** Whether the network contains an address; false for a text that is not an address. */
  contains: (address: string) => boolean
}

/**
 * Reads a network in CIDR notation. Bits of the address beyond the prefix length are ignored.
 * @param text such as `192.0.2.0/24`
 * @returns undefined for any other text
 */
export function readNetwork(text: string): Network | undefined {
  const [address = ''] = text.split('/')
  // The library would also accept `10/8`, and read it as the network of 0.0.0.10.
  const isWhole = address.includes(':') || ipaddr.IPv4.isValidFourPartDecimal(address)
  if (!isWhole || !ipaddr.isValidCIDR(text)) return undefined
  const [range, bits] = rangeOf(text)
  const prefix = prefixTextOf(range, bits)
  return { firstText: prefix, endText: `${prefix}g`, contains: (address) => isInNetworks(address, [text]) }
}

/** The text with which all canonical addresses of a network begin. */
function prefixTextOf(range: ipaddr.IPv4 | ipaddr.IPv6, bits: number): string {
  if (range instanceof ipaddr.IPv4) {
    const octets = range.octets.slice(0, Math.min(3, Math.floor(bits / 8)))
    return octets.map((octet) => `${octet}.`).join('')
  }
  const groups = range.parts.slice(0, Math.min(7, Math.floor(bits / 16)))
  // From the first zero on, the canonical form depends on the following groups (RFC 5952 4.2).
  const known = groups.includes(0) ? groups.slice(0, groups.indexOf(0)) : groups
  return known.map((group) => `${group.toString(16)}:`).join('')
}

/**
 * Whether an address is in one of the given networks.
 * @param text the address
 * @param networks addresses, or networks in CIDR notation
 */
export function isInNetworks(text: string, networks: string[]): boolean {
  const address = canonicalAddress(text)
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  return networks.some((network) => {
    const [range, bits] = rangeOf(network)
    return range.kind() === parsed.kind() && parsed.match(range, bits)
  })
}

function rangeOf(network: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (network.includes('/')) {
    const [range, bits] = ipaddr.parseCIDR(network)
    // The prefix of an IPv4-mapped network counts the 96 bits before the IPv4 address.
    return range instanceof ipaddr.IPv6 && range.isIPv4MappedAddress() && bits >= 96
      ? [range.toIPv4Address(), bits - 96]
      : [range, bits]
  }
  const address = ipaddr.process(network)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}

/** The network of one client: an IPv4 address, or the /64 of an IPv6 address. */
export function networkOf(address: string): string {
  return networksOf(address)[0]
}

/**
 * The network of one client, and the wider networks that an attacker may control: the /24 of an IPv4 address, the /56
 * and the /48 of an IPv6 address.
 */
export function networksOf(address: string): [narrow: string, ...wide: string[]] {
  const canonical = canonicalAddress(address)
  if (!ipaddr.isValid(canonical)) return [canonical]
  const parsed = ipaddr.parse(canonical)
  if (parsed instanceof ipaddr.IPv6) {
    return [`${prefixOf(parsed, 64)}/64`, `${prefixOf(parsed, 56)}/56`, `${prefixOf(parsed, 48)}/48`]
  }
  return [parsed.toString(), `${ipaddr.IPv4.networkAddressFromCIDR(`${parsed}/24`)}/24`]
}

function prefixOf(address: ipaddr.IPv6, length: number) {
  return ipaddr.IPv6.networkAddressFromCIDR(`${address}/${length}`)
}

/** Whether an address is a loopback address or belongs to a private network. */
export function isPrivateAddress(address: string): boolean {
  return (
    ipaddr.isValid(address) &&
    ['loopback', 'private', 'linkLocal', 'uniqueLocal', 'carrierGradeNat'].includes(ipaddr.process(address).range())
  )
}
