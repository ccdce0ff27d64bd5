import { ApiError } from '../errors/index.ts'
import { deriveKey } from './master-key.ts'
import type { KeySource, SigningKey } from './signing-keys.ts'

/**
 * The keys of HS256 are the configured secrets, byte for byte, so that any JWT library can verify tokens with them.
 * They exist only in the settings and are rotated there.
 * @param secret the current secret, which signs
 * @param previous the previous secrets, newest first, which still verify the tokens that they signed
 */
export function createSharedSecrets(secret: string, previous: string[]): KeySource {
  const keys = [...previous.toReversed().map(toKey), toKey(secret)]

  return {
    load: async () => keys,
    advance: () => undefined,
    rotate: refuse,
    rotateNow: refuse,
  }
}

/** Makes the key of a secret. Its `kid` is derived with HKDF and reveals nothing about the secret. */
function toKey(secret: string): SigningKey {
  const kid = deriveKey(secret, 'latchkey kid of SECRET_KEY').subarray(0, 16).toString('base64url')
  return {
    kid,
    alg: 'HS256',
    privateKey: secret,
    publicKey: secret,
    publicJwk: undefined,
    createdAt: undefined,
    signsAt: 0,
    retiresAt: undefined,
    removedAt: undefined,
  }
}

async function refuse() {
  throw new ApiError('key_in_settings')
}
