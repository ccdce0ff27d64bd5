import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { StartError } from '../errors/index.ts'
import type { Settings } from './settings.ts'

/**
 * Reads the certificate and the key for HTTPS, in PEM.
 * @returns undefined when they are not set
 * @throws {StartError} when a file is invalid, or the key does not match the certificate
 */
export async function readTls({ tlsCert, tlsKey }: Settings): Promise<{ cert: string; key: string } | undefined> {
  if (tlsCert === undefined || tlsKey === undefined) return undefined

  const cert = await readPem(tlsCert, (pem) => new X509Certificate(pem))
  const key = await readPem(tlsKey, createPrivateKey)
  if (cert === undefined || key === undefined) {
    throw new StartError([
      ...(cert === undefined ? [fault('TLS_CERT', tlsCert, 'a readable file with a certificate in PEM')] : []),
      ...(key === undefined ? [fault('TLS_KEY', tlsKey, 'a readable file with a private key in PEM')] : []),
    ])
  }
  if (!cert.parsed.checkPrivateKey(key.parsed)) {
    throw new StartError([
      fault('TLS_KEY', tlsKey, `the key of the certificate in TLS_CERT, ${JSON.stringify(tlsCert)}`),
    ])
  }
  return { cert: cert.pem, key: key.pem }
}

async function readPem<T>(path: string, parse: (pem: string) => T) {
  try {
    const pem = await readFile(path, 'utf8')
    return { pem, parsed: parse(pem) }
  } catch {
    return undefined
  }
}

function fault(name: string, path: string, needed: string) {
  return `${name} is ${JSON.stringify(path)}: it must be ${needed}`
}
