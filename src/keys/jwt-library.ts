import type { SigningKey } from './signing-keys.ts'

/** The JWT library, as far as it is needed here. */
export interface JwtLibrary {
  /** Parses a key. It is called once per key. */
  open: (key: SigningKey) => Promise<JwtKey>
  /** Reads the header and payload of a token without verifying it; throws if there are none. */
  decode: (token: string) => unknown
}

export interface JwtKey {
  /**
   * @returns the compact serialization (RFC 7515 7.1) of the claims
   * @throws {Error} when the private key is unknown
   */
  sign: (claims: object) => string
  /** @returns the payload of a token with a valid signature; throws at any other */
  verify: (token: string) => unknown
}

/** For commands, which neither sign nor verify tokens. */
export const noJwt: JwtLibrary = { open: async () => ({ sign: refuse, verify: refuse }), decode: refuse }

function refuse(): never {
  throw new Error('Commands neither sign nor verify tokens.')
}
