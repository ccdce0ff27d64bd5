import { createDecoder, createSigner, createVerifier } from 'fast-jwt'
import type { SigningKey } from './signing-keys.ts'

/** The JWT library, as far as it is needed here. Signers and verifiers are built once for each key. */
export interface JwtLibrary {
  /** @returns a function that gives the compact serialization (RFC 7515 7.1) of claims */
  createSigner: (key: SigningKey & { privateKey: string }) => (claims: object) => string
  /** @returns a function that gives the payload of a rightly signed token and throws at any other */
  createVerifier: (key: SigningKey) => (token: string) => unknown
  /** Reads header and payload of a token without believing them; throws where there are none. */
  decode: (token: string) => unknown
}

/** fast-jwt, which @fastify/jwt uses inside. Times are checked by our own clock. */
export const fastJwt: JwtLibrary = {
  createSigner: ({ alg, kid, privateKey }) =>
    createSigner({ algorithm: alg, kid, header: { alg, typ: 'at+jwt' }, key: privateKey }),
  createVerifier: ({ alg, publicKey }) =>
    createVerifier({ key: publicKey, algorithms: [alg], ignoreExpiration: true, ignoreNotBefore: true }),
  decode: createDecoder({ complete: true }),
}
