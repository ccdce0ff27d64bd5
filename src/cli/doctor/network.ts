import { environmentName } from '../../config/index.ts'
import { isPrivateAddress, networkOf } from '../../lib/networks.ts'
import { fault, type Finding, note, ok, orOk, warning } from './finding.ts'
import { type Examined, type Installation, isLoopback } from './machine.ts'

/** The settings already refuse a PUBLIC_URL without https, except on loopback. */
export function checkAddress({
  settings: { host, port, publicUrl: given, smtpUrl, tlsCert },
  config: { publicUrl },
}: Installation): Finding[] {
  if (!isLoopback(new URL(publicUrl).hostname)) return [ok(`Clients see ${publicUrl}.`)]
  const remedy = `Set ${environmentName('publicUrl')} to the https origin that clients see.`
  return orOk(
    [
      ...(!isLoopback(host)
        ? [
            warning(
              `It listens on ${host}, so that other machines reach it` +
                `${tlsCert === undefined ? ' and send their passwords in clear' : ''}, ` +
                `and calls itself ${publicUrl}, which leads each of them to itself.`,
              `${remedy} Or set HOST=127.0.0.1.`,
            ),
          ]
        : []),
      ...(smtpUrl !== undefined
        ? [
            warning(
              `Mails are sent, and their links lead to ${publicUrl}, ` +
                'which is another machine for whoever gets them.',
              remedy,
            ),
          ]
        : []),
    ],
    `Only this machine can reach it, as ${given ?? `http://localhost:${port}`}.`,
  )
}

const proxyRemedy =
  'Set TRUST_PROXY to the address or network of your proxy, or to the number of proxies in a row; each has to send ' +
  'X-Forwarded-For.'

export function checkProxy({ settings: { trustProxy, tlsCert }, config: { publicUrl } }: Installation): Finding[] {
  if (trustProxy.length > 0) {
    return [ok(`Addresses of clients are taken from X-Forwarded-For, as ${trustProxy.join(', ')} tells it.`)]
  }
  if (isLoopback(new URL(publicUrl).hostname)) return [ok('There is none.')]
  if (tlsCert !== undefined) return [ok('There is none that is trusted; TLS ends here.')]
  return [
    warning(
      `PUBLIC_URL is ${publicUrl} and TLS does not end here, so there is a proxy; it is not trusted, ` +
        'and every client has its address.',
      proxyRemedy,
    ),
  ]
}

const observedDays = 30

/** Fewer users may share an address by chance. */
const minUsersOfProxy = 5

const moreProxiesRemedy = 'Set TRUST_PROXY to the addresses or networks of all of them, or to their number.'

/** With a proxy that is not trusted, all clients have one address: the proxy's. */
export async function checkClientAddresses(examined: Examined): Promise<Finding[]> {
  const { database, now, settings } = examined
  const since = now() - observedDays * 24 * 60 * 60 * 1000
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
    return [ok('Nothing speaks for a proxy that hides them.')]
  }
  if (!isBehindProxy(examined) && (await hasDirectClients(examined, only.address, since))) {
    return [ok(`All of them came from ${only.address}, and not through a proxy.`)]
  }
  const isTrusted = settings.trustProxy.length > 0
  return [
    warning(
      `All ${Number(only.users)} users of the last ${observedDays} days came from ${only.address}, which is the ` +
        `address of a proxy${isTrusted ? ': there are more of them than TRUST_PROXY says' : ' that is not trusted'}.`,
      `${isTrusted ? moreProxiesRemedy : proxyRemedy} If one server of yours signs them all in, all is well.`,
    ),
  ]
}

function isBehindProxy({ settings: { trustProxy, tlsCert }, config: { publicUrl } }: Installation) {
  return trustProxy.length > 0 || (!isLoopback(new URL(publicUrl).hostname) && tlsCert === undefined)
}

/** A network becomes known by requests that no proxy has forwarded. */
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

/** Asks a running service for its issuer (RFC 8414 3). */
export async function checkService({
  settings,
  config: { issuer, publicUrl },
  timeouts,
}: Installation): Promise<Finding[]> {
  if (settings.publicUrl === undefined && settings.port === 0) {
    return [note('It takes any free port: nobody knows where it is.')]
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

function unreachable(issuer: string, reason: string): Finding {
  if (/certificate|TLS|SSL|altname/i.test(reason)) {
    return fault(
      `Who asks at ${issuer} does not trust the certificate that is shown: ${reason}`,
      'Give the server there a certificate for that name, with its whole chain.',
    )
  }
  return note(
    `Nobody answers at ${issuer}, as seen from this machine: ${reason}`,
    'If the service runs and others reach it, all is well. If not: does it run, and does the proxy lead here?',
  )
}

function judgeIssuer(issuer: string, body: string): Finding {
  const found = issuerIn(body)
  if (found === issuer) return ok(`It answers at ${issuer}.`)
  if (found === undefined) {
    return warning(`At ${issuer} something else answers.`, 'Stop it, or correct PUBLIC_URL, PORT or PREFIX.')
  }
  return fault(
    `The service that answers at ${issuer} calls itself ${found}: tokens that it issues are refused elsewhere.`,
    'Give it these settings (PUBLIC_URL, PREFIX) and restart it, or run this with its own.',
  )
}

function judgeStatus(publicUrl: string, prefix: string, status: number): Finding {
  if (status >= 500) {
    return fault(
      `At ${publicUrl} a server answers with ${status} that itself or what it leads to is out of order.`,
      'See what the service, or the proxy before it, writes into its log.',
    )
  }
  return warning(
    `At ${publicUrl}${prefix} somebody answers with ${status}, and it is not this service.`,
    `Let the proxy hand on ${prefix} as it is, without redirection; or correct PUBLIC_URL, PORT or PREFIX.`,
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

/** `fetch` reports only that it failed; the reason is in the cause. */
function reasonOf(error: unknown) {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error ? cause.message || String('code' in cause ? cause.code : cause) : error.message
}
