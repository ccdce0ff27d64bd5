import { type CheckResult, note, ok, warning } from './check-result.ts'
import { type Installation, isLoopback } from './machine.ts'

/** Reports where passkeys can be used. The settings already reject origins that are not on their domain. */
export function checkPasskeys({
  settings: { host },
  config: { publicUrl, relyingParty },
}: Installation): CheckResult[] {
  if (relyingParty === undefined) {
    return [
      warning(
        `Passkeys are unavailable, because PUBLIC_URL (${publicUrl}) has an IP address. They require a domain.`,
        'Set PUBLIC_URL to the https origin that clients use or, if only this machine uses the service, to an origin ' +
          'with localhost.',
      ),
    ]
  }
  const { id, origins } = relyingParty
  const inUse = `Passkeys belong to the domain ${id} and can be used on ${origins.join(', ')}.`
  if (isLocal(id) && !isLoopback(host)) {
    return [
      warning(
        `${inUse} Other machines can reach the service, but cannot use passkeys: browsers allow them only over HTTPS ` +
          'or on localhost.',
        'Set PUBLIC_URL to the https origin that clients use. Existing passkeys then have to be added again.',
      ),
    ]
  }
  if (!origins.includes(publicUrl)) {
    return [
      note(
        `${inUse} The pages of PUBLIC_URL (${publicUrl}) cannot use them, because they are not on that domain.`,
        'If users sign in on these pages, set RP_ID to a domain that all of your pages are on.',
      ),
    ]
  }
  return [ok(inUse)]
}

function isLocal(domain: string) {
  return domain === 'localhost' || domain.endsWith('.localhost')
}
