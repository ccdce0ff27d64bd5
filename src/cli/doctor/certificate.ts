import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { readTls } from '../../config/index.ts'
import { StartError } from '../../errors/index.ts'
import { modeOf, statOf } from './files.ts'
import { fault, type Finding, ok, orOk, warning } from './finding.ts'
import type { Installation } from './machine.ts'

const dayMs = 24 * 60 * 60 * 1000

export async function checkCertificate({
  settings,
  config: { publicUrl },
  now,
  user,
}: Installation): Promise<Finding[]> {
  try {
    const tls = await readTls(settings)
    if (tls === undefined || settings.tlsKey === undefined) return [ok('There is none of its own.')]
    const certificate = new X509Certificate(tls.cert)
    return orOk(
      [
        ...judgeTime(certificate, now()),
        ...judgeName(certificate, new URL(publicUrl).hostname),
        ...(user === undefined ? [] : await judgeMode(settings.tlsKey)),
      ],
      `It is for ${new URL(publicUrl).hostname}, until ${certificate.validTo}.`,
    )
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    return error.faults.map((message) =>
      fault(
        `${message}.`,
        'The service does not start with it. Name the files of the certificate, with its chain, and of its key.',
      ),
    )
  }
}

function judgeTime({ validFrom, validTo }: X509Certificate, now: number): Finding[] {
  const remedy = 'Renew it, and restart the service.'
  if (Date.parse(validTo) <= now) return [fault(`It has expired: ${validTo}.`, remedy)]
  if (Date.parse(validFrom) > now) {
    return [fault(`It is not valid before ${validFrom}.`, 'Look at the clock of this machine.')]
  }
  return Date.parse(validTo) <= now + 14 * dayMs ? [warning(`It expires within two weeks: ${validTo}.`, remedy)] : []
}

function judgeName(certificate: X509Certificate, hostname: string): Finding[] {
  const address = hostname.replace(/^\[|\]$/g, '')
  const matches = isIP(address) === 0 ? certificate.checkHost(hostname) : certificate.checkIP(address)
  return matches === undefined
    ? [
        fault(
          `It is not for ${hostname}, the host of PUBLIC_URL.`,
          'Set PUBLIC_URL to the name that clients use, or TLS_CERT to the certificate for this one.',
        ),
      ]
    : []
}

async function judgeMode(path: string): Promise<Finding[]> {
  const stats = await statOf(path)
  if (stats === undefined || (stats.mode & 0o006) === 0) return []
  return [fault(`Everybody on this machine can read its key ${path} (${modeOf(stats)}).`, `chmod 600 ${path}`)]
}
