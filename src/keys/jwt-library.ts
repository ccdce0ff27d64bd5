import type { SigningKey } from './signing-keys.ts'

/** The part of a JWT library that Latchkey uses. */
export interface JwtLibrary {
  /** Parses a key. Called once per key. */
  open: (key: SigningKey) => Promise<JwtKey>
  /** Decodes the header and payload of a token without verifying it. Throws if the token is malformed. */
  decode: (token: string) => unknown
}

/** A parsed key, which signs and verifies access tokens. */
export interface JwtKey {
  /**
   * @returns the compact serialization (RFC 7515 7.1) of a token with these claims
   * @throws {Error} when there is no private key
   */
  sign: (claims: object) => string
  /** @returns the payload of a token with a valid signature; throws for any other token */
  verify: (token: string) => unknown
}

/** For commands, which neither sign nor verify tokens. */
export const noJwt: JwtLibrary = { open: async () => ({ sign: refuse, verify: refuse }), decode: refuse }

function refuse(): never {
  throw new Error('Commands neither sign nor verify tokens.')
}
