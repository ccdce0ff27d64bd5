import { createHash, generateKeyPair, type JsonWebKey, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { Config } from '../config/index.ts'

/** The supported signature algorithms (RFC 7518 3.1, RFC 8037 3.1). */
export type Algorithm = Config['algorithm']

/** Algorithms whose signatures are verified with a public key. */
export type KeyPairAlgorithm = Exclude<Algorithm, 'HS256'>

/** A published public key (RFC 7517 4). */
export type PublicJwk = JsonWebKey & { kid: string; alg: KeyPairAlgorithm; use: 'sig' }

export interface KeyPair {
  /** The thumbprint of the public key (RFC 7638). */
  kid: string
  publicJwk: PublicJwk
  /** The private key: PKCS #8 in PEM. */
  privatePem: string
}

interface KeyObjects {
  privateKey: KeyObject
  publicKey: KeyObject
}

const generate = promisify(generateKeyPair)

/** Every algorithm has a security strength of 128 bits (NIST SP 800-57 5.6.1.1). */
const generators: Record<KeyPairAlgorithm, () => Promise<KeyObjects>> = {
  ES256: () => generate('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generate('ed25519'),
  PS256: () => generate('rsa', { modulusLength: 3072 }),
  RS256: () => generate('rsa', { modulusLength: 3072 }),
}

export function isKeyPairAlgorithm(name: string): name is KeyPairAlgorithm {
  return Object.hasOwn(generators, name)
}

/** Generates a key pair for an algorithm. */
export async function makeKeyPair(alg: KeyPairAlgorithm): Promise<KeyPair> {
  const { privateKey, publicKey } = await generators[alg]()
  const jwk = publicKey.export({ format: 'jwk' })
  const kid = thumbprint(jwk)
  return {
    kid,
    publicJwk: { ...jwk, kid, alg, use: 'sig' },
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** The JWK thumbprint (RFC 7638 3): SHA-256 of the fields that each key type requires, in lexicographic order. */
function thumbprint({ crv, e, kty, n, x, y }: JsonWebKey) {
  const required = kty === 'RSA' ? { e, kty, n } : kty === 'OKP' ? { crv, kty, x } : { crv, kty, x, y }
  return createHash('sha256').update(JSON.stringify(required)).digest('base64url')
}
