import ipaddr from 'ipaddr.js'

/** The network of one client: an IPv4 address, even if written as IPv6, or the /64 of an IPv6 address. */
export function networkOf(address: string): string {
  return networksOf(address)[0]
}

/**
 * The network of one client and the wider ones that one attacker may control: the /24 of an IPv4
 * address, the /56 and the /48 of an IPv6 address.
 */
export function networksOf(address: string): [narrow: string, ...wide: string[]] {
  const [bare = ''] = withoutPort(address).split('%')
  if (!ipaddr.isValid(bare)) return [address]
  const parsed = ipaddr.process(bare)
  if (parsed instanceof ipaddr.IPv6) {
    return [`${prefixOf(parsed, 64)}/64`, `${prefixOf(parsed, 56)}/56`, `${prefixOf(parsed, 48)}/48`]
  }
  return [parsed.toString(), `${ipaddr.IPv4.networkAddressFromCIDR(`${parsed}/24`)}/24`]
}

/** Some proxies append a port, as in `192.0.2.1:4711` and `[2001:db8::1]:4711`. */
function withoutPort(address: string) {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(address)?.[1] ?? /^([\d.]+):\d+$/.exec(address)?.[1] ?? address
}

function prefixOf(address: ipaddr.IPv6, length: number) {
  return ipaddr.IPv6.networkAddressFromCIDR(`${address}/${length}`)
}

/** Whether an address is loopback or belongs to a private network. */
export function isPrivateAddress(address: string): boolean {
  return (
    ipaddr.isValid(address) &&
    ['loopback', 'private', 'linkLocal', 'uniqueLocal', 'carrierGradeNat'].includes(ipaddr.process(address).range())
  )
}
