import { ApiError } from '../errors/index.ts'
import { deriveKey } from './master-key.ts'
import type { KeySource, SigningKey } from './signing-keys.ts'

/**
 * The keys of HS256: the configured secrets, byte for byte, so that any JWT library that has one
 * verifies what we sign. They are in the settings alone, and so is their rotation.
 * @param previous previous secrets, which still verify the tokens that they signed
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

/** The `kid` reveals nothing about the secret. */
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
