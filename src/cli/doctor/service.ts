import type { Installation } from './circumstances.ts'
import { fault, type Finding, note, ok, warning } from './finding.ts'

/** Asks the service that runs, if one does, what it calls itself (RFC 8414 3). */
export async function checkService({ settings, config: { issuer, publicUrl } }: Installation): Promise<Finding[]> {
  if (settings.publicUrl === undefined && settings.port === 0) {
    return [note('It takes any free port: nobody knows where it is.')]
  }
  let response: Response
  try {
    response = await fetch(`${issuer}/.well-known/oauth-authorization-server`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(3000),
    })
  } catch (error) {
    return [judgeFailure(issuer, reasonOf(error))]
  }
  return [
    response.status === 200
      ? judgeIssuer(issuer, await response.text())
      : judgeStatus(publicUrl, settings.prefix, response.status),
  ]
}

function judgeFailure(issuer: string, reason: string): Finding {
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

/** What fetch reports is only that it failed; why stands in the cause. */
function reasonOf(error: unknown) {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error ? cause.message || String('code' in cause ? cause.code : cause) : error.message
}
