import { environmentName } from '../../config/index.ts'
import { errorCodeOf } from '../../lib/error-code.ts'
import { isPrivateAddress, networkOf } from '../../lib/networks.ts'
import { dayMs } from '../../lib/time.ts'
import { fault, type CheckResult, note, ok, orOk, warning } from './check-result.ts'
import { type Examined, type Installation, isLoopback } from './machine.ts'

/** The settings already reject a PUBLIC_URL without https, except on loopback. */
export function checkAddress({
  settings: { host, port, publicUrl: given, smtpUrl, tlsCert },
  config: { publicUrl },
}: Installation): CheckResult[] {
  if (!isLoopback(new URL(publicUrl).hostname)) return [ok(`Clients reach the service at ${publicUrl} (PUBLIC_URL).`)]
  const remedy = `Set ${environmentName('publicUrl')} to the https origin that clients use.`
  return orOk(
    [
      ...(!isLoopback(host)
        ? [
            warning(
              `The service listens on ${host}, so other machines can reach it` +
                `${tlsCert === undefined ? ' and send passwords unencrypted' : ''}. ` +
                `Its tokens and links contain ${publicUrl}, which leads other machines to themselves.`,
              `${remedy} Or set HOST=127.0.0.1.`,
            ),
          ]
        : []),
      ...(smtpUrl !== undefined
        ? [warning(`The links in e-mails lead to ${publicUrl}, which works only on this machine.`, remedy)]
        : []),
    ],
    `Only this machine can reach the service, at ${given ?? `http://localhost:${port}`}.`,
  )
}

const proxyRemedy =
  'Set TRUST_PROXY to the IP address or network of your proxy, or to the number of chained proxies. Each proxy must ' +
  'send X-Forwarded-For.'

export function checkProxy({ settings: { trustProxy, tlsCert }, config: { publicUrl } }: Installation): CheckResult[] {
  if (trustProxy.length > 0) {
    return [ok(`IP addresses of clients come from X-Forwarded-For (TRUST_PROXY=${trustProxy.join(',')}).`)]
  }
  if (isLoopback(new URL(publicUrl).hostname)) return [ok('No proxy is trusted, and none is expected on this machine.')]
  if (tlsCert !== undefined) return [ok('No proxy is trusted, and the service uses TLS itself.')]
  return [
    warning(
      `PUBLIC_URL is ${publicUrl} but the service does not use TLS itself, so it is behind a proxy. TRUST_PROXY is ` +
        'not set, so every client seems to have the IP address of the proxy.',
      proxyRemedy,
    ),
  ]
}

const observedDays = 30

/** Fewer users can share an IP address by chance. */
const minUsersOfProxy = 5

const moreProxiesRemedy = 'Set TRUST_PROXY to the IP addresses or networks of all proxies, or to their number.'

/** Behind an untrusted proxy, all clients seem to have the IP address of the proxy. */
export async function checkClientAddresses(examined: Examined): Promise<CheckResult[]> {
  const { database, now, settings } = examined
  const since = now() - observedDays * dayMs
  const [only, other] = await database.read((db) =>
    db
      .selectFrom('sessions')
      .select('address')
      .select((sessions) => sessions.fn.count('user_id').distinct().as('users'))
      .where('used_at', '>', since)
      .where('address', 'is not', null)
      .groupBy('address')
      .limit(2)
      .execute(),
  )
  if (
    only?.address == null ||
    other !== undefined ||
    Number(only.users) < minUsersOfProxy ||
    !isPrivateAddress(only.address)
  ) {
    return [ok('There is no sign of an untrusted proxy.')]
  }
  if (!isBehindProxy(examined) && (await hasDirectClients(examined, only.address, since))) {
    return [ok(`All users came from ${only.address}, and not through a proxy.`)]
  }
  const isTrusted = settings.trustProxy.length > 0
  return [
    warning(
      `All ${Number(only.users)} users of the last ${observedDays} days came from ${only.address}, probably the IP ` +
        `address of a proxy${isTrusted ? ' that TRUST_PROXY does not include' : ' that is not trusted'}.`,
      `${isTrusted ? moreProxiesRemedy : proxyRemedy} If one of your servers signs in all users, this is expected.`,
    ),
  ]
}

function isBehindProxy({ settings: { trustProxy, tlsCert }, config: { publicUrl } }: Installation) {
  return trustProxy.length > 0 || (!isLoopback(new URL(publicUrl).hostname) && tlsCert === undefined)
}

/** Only requests that no proxy has forwarded make a network known. */
async function hasDirectClients({ database }: Examined, address: string, since: number) {
  const network = await database.read((db) =>
    db
      .selectFrom('known_networks')
      .select('network')
      .where('network', '=', networkOf(address))
      .where('seen_at', '>', since)
      .limit(1)
      .executeTakeFirst(),
  )
  return network !== undefined
}

/** Requests the issuer of the running service (RFC 8414 3). */
export async function checkService({
  settings,
  config: { issuer, publicUrl },
  timeouts,
}: Installation): Promise<CheckResult[]> {
  if (settings.publicUrl === undefined && settings.port === 0) {
    return [note('PORT is 0, so the service uses any free port and cannot be found.')]
  }
  let response: Response
  try {
    response = await fetch(`${issuer}/.well-known/oauth-authorization-server`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(timeouts.service),
    })
  } catch (error) {
    return [unreachable(issuer, reasonOf(error))]
  }
  return [
    response.status === 200
      ? judgeIssuer(issuer, await response.text())
      : judgeStatus(publicUrl, settings.prefix, response.status),
  ]
}

function unreachable(issuer: string, reason: string): CheckResult {
  if (/certificate|TLS|SSL|altname/i.test(reason)) {
    return fault(
      `The certificate at ${issuer} is not trusted: ${reason}`,
      'Install a certificate for that host, with its complete chain, on the server that responds there.',
    )
  }
  return note(
    `No server responds at ${issuer} from this machine: ${reason}`,
    'If clients can reach the service, this is expected. If not, check that the service is running and that the ' +
      'proxy forwards requests to it.',
  )
}

function judgeIssuer(issuer: string, body: string): CheckResult {
  const found = issuerIn(body)
  if (found === issuer) return ok(`The service responds at ${issuer}.`)
  if (found === undefined) {
    return warning(`A different server responds at ${issuer}.`, 'Stop it, or correct PUBLIC_URL, PORT or PREFIX.')
  }
  return fault(
    `The service at ${issuer} uses the issuer ${found}, so other services reject its tokens.`,
    'Set PUBLIC_URL and PREFIX for the service and restart it, or run this command with the settings of the service.',
  )
}

function judgeStatus(publicUrl: string, prefix: string, status: number): CheckResult {
  if (status >= 500) {
    return fault(
      `The server at ${publicUrl} responds with the error ${status}.`,
      'Check the logs of the service and of the proxy in front of it.',
    )
  }
  return warning(
    `The server at ${publicUrl}${prefix} responds with ${status} and is not this service.`,
    `Let the proxy forward ${prefix} unchanged and without redirects, or correct PUBLIC_URL, PORT or PREFIX.`,
  )
}

function issuerIn(body: string): unknown {
  try {
    const { issuer }: { issuer?: unknown } = JSON.parse(body)
    return issuer
  } catch {
    return undefined
  }
}

/** The error of `fetch` has its reason in the cause. */
function reasonOf(error: unknown) {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error ? cause.message || (errorCodeOf(cause) ?? String(cause)) : error.message
}
