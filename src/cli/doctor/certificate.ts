import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { readTls } from '../../config/index.ts'
import { StartError } from '../../errors/index.ts'
import { dayMs } from '../../lib/time.ts'
import { modeOf, statOf } from './files.ts'
import { fault, type CheckResult, ok, orOk, warning } from './check-result.ts'
import type { Installation } from './machine.ts'

export async function checkCertificate({
  settings,
  config: { publicUrl },
  now,
  user,
}: Installation): Promise<CheckResult[]> {
  try {
    const tls = await readTls(settings)
    if (tls === undefined || settings.tlsKey === undefined) {
      return [ok('TLS_CERT is not set: the service does not use TLS itself.')]
    }
    const certificate = new X509Certificate(tls.cert)
    return orOk(
      [
        ...judgeTime(certificate, now()),
        ...judgeName(certificate, new URL(publicUrl).hostname),
        ...(user === undefined ? [] : await judgeMode(settings.tlsKey)),
      ],
      `The certificate is valid for ${new URL(publicUrl).hostname} until ${certificate.validTo}.`,
    )
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    return error.faults.map((message) =>
      fault(
        `${message}.`,
        'The service does not start with it. Set TLS_CERT to the file of the certificate chain, and TLS_KEY to that ' +
          'of its private key.',
      ),
    )
  }
}

function judgeTime({ validFrom, validTo }: X509Certificate, now: number): CheckResult[] {
  const remedy = 'Renew the certificate, then send SIGHUP to the service, which reads it again.'
  if (Date.parse(validTo) <= now) return [fault(`The certificate expired on ${validTo}.`, remedy)]
  if (Date.parse(validFrom) > now) {
    return [fault(`The certificate is valid only from ${validFrom} on.`, 'Check the clock of this machine.')]
  }
  return Date.parse(validTo) <= now + 14 * dayMs
    ? [warning(`The certificate expires within two weeks, on ${validTo}.`, remedy)]
    : []
}

function judgeName(certificate: X509Certificate, hostname: string): CheckResult[] {
  const address = hostname.replace(/^\[|\]$/g, '')
  const matches = isIP(address) === 0 ? certificate.checkHost(hostname) : certificate.checkIP(address)
  return matches === undefined
    ? [
        fault(
          `The certificate is not for ${hostname}, the host of PUBLIC_URL.`,
          'Set PUBLIC_URL to the origin that clients use, or TLS_CERT to a certificate for this host.',
        ),
      ]
    : []
}

async function judgeMode(path: string): Promise<CheckResult[]> {
  const stats = await statOf(path)
  if (stats === undefined || (stats.mode & 0o006) === 0) return []
  return [
    fault(`Every user of this machine can read the private key ${path} (mode ${modeOf(stats)}).`, `chmod 600 ${path}`),
  ]
}
