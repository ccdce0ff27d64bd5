import { type Installation, isLoopback } from './circumstances.ts'
import { type Finding, ok, warning } from './finding.ts'

export const proxyRemedy =
  'Set TRUST_PROXY to the address or network of your proxy, or to the number of proxies in a row; each has to send X-Forwarded-For.'

export function checkProxy({ settings: { trustProxy, tlsCert }, config: { publicUrl } }: Installation): Finding[] {
  if (trustProxy.length > 0) {
    return [ok(`Addresses of clients are taken from X-Forwarded-For, as ${trustProxy.join(', ')} tells it.`)]
  }
  if (isLoopback(new URL(publicUrl).hostname)) return [ok('There is none.')]
  if (tlsCert !== undefined) return [ok('There is none that is trusted; TLS ends here.')]
  return [
    warning(
      `PUBLIC_URL is ${publicUrl} and TLS does not end here, so there is a proxy; it is not trusted, and every client has its address.`,
      proxyRemedy,
    ),
  ]
}
