/* A passkey authenticator in software (WebAuthn Level 3, 6), and users with its passkeys. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'
import type { FastifyInstance } from 'fastify'
import { postForm, register, signIn, type TokenResponse } from './build.ts'
import { asUser, mfaGrant } from './factors.ts'

export const passkeyGrant = 'urn:latchkey:grant-type:passkey'

/** The fields of `PublicKeyCredentialCreationOptionsJSON` and of the request options that the authenticator reads. */
export interface Options {
  challenge: string
  rp?: { id: string }
  rpId?: string
  user?: { id: string }
  allowCredentials?: { id: string }[]
}

/** What the browser, the authenticator and its user do differently. */
export interface Ceremony {
  origin?: string
  rpId?: string
  type?: string
  crossOrigin?: boolean
  isVerified?: boolean
  isPresent?: boolean
  counter?: number
  isBackupEligible?: boolean
  isBackedUp?: boolean
  userHandle?: string | undefined
  aaguid?: string
  /** The id of the passkey. */
  id?: Buffer
  attestation?: { format: string; statement: Map<string, string | Map<string, string>> }
}

const defaultOrigin = 'http://localhost:3000'

/** @returns the flags of authenticator data */
function flagsOf({ isPresent = true, isVerified = true, isBackupEligible = true, isBackedUp = true }: Ceremony) {
  return (isPresent ? 0x01 : 0) | (isVerified ? 0x04 : 0) | (isBackupEligible ? 0x08 : 0) | (isBackedUp ? 0x10 : 0)
}

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest()

function clientDataOf(challenge: string, usualType: string, { type = usualType, origin, crossOrigin }: Ceremony) {
  return Buffer.from(
    JSON.stringify({ type, challenge, origin: origin ?? defaultOrigin, crossOrigin: crossOrigin ?? false }),
  )
}

function authenticatorDataOf(rpId: string, flags: number, counter: number, more = Buffer.alloc(0)) {
  const head = Buffer.alloc(5)
  head.writeUInt8(flags)
  head.writeUInt32BE(counter, 1)
  return Buffer.concat([sha256(rpId), head, more])
}

export type SoftwarePasskey = ReturnType<typeof createPasskey>

/** Creates a passkey, as an authenticator does on `navigator.credentials.create`. */
export function createPasskey(options: Options, ceremony: Ceremony = {}) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const { id = randomBytes(16) } = ceremony
  const coseKey = isoCBOR.encode(
    new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
      [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
    ]),
  )
  const { aaguid = '00000000-0000-0000-0000-000000000000', attestation } = ceremony
  const attested = Buffer.concat([
    Buffer.from(aaguid.replaceAll('-', ''), 'hex'),
    Buffer.from([id.length >> 8, id.length & 0xff]),
    id,
    coseKey,
  ])
  const authData = authenticatorDataOf(
    ceremony.rpId ?? options.rp?.id ?? '',
    flagsOf(ceremony) | 0x40,
    ceremony.counter ?? 0,
    attested,
  )
  const attestationObject = isoCBOR.encode(
    new Map<string, string | Uint8Array | Map<string, string | Map<string, string>>>([
      ['fmt', attestation?.format ?? 'none'],
      ['attStmt', attestation?.statement ?? new Map()],
      ['authData', new Uint8Array(authData)],
    ]),
  )
  const credential = {
    id: base64url(id),
    rawId: base64url(id),
    type: 'public-key',
    authenticatorAttachment: 'platform',
    clientExtensionResults: { credProps: { rk: true } },
    response: {
      clientDataJSON: base64url(clientDataOf(options.challenge, 'webauthn.create', ceremony)),
      attestationObject: base64url(attestationObject),
      transports: ['internal', 'hybrid'],
    },
  }

  return {
    id: credential.id,
    /** The response of the browser to the creation. */
    credential,

    /** Uses the passkey, as an authenticator does on `navigator.credentials.get`. */
    use(request: Options, how: Ceremony = {}) {
      const done = { ...ceremony, userHandle: options.user?.id, ...how }
      const clientData = clientDataOf(request.challenge, 'webauthn.get', { ...done, ...how })
      const data = authenticatorDataOf(done.rpId ?? request.rpId ?? '', flagsOf(done), done.counter ?? 0)
      const signature = sign('sha256', Buffer.concat([data, sha256(clientData)]), privateKey)
      return {
        id: credential.id,
        rawId: credential.id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64url(clientData),
          authenticatorData: base64url(data),
          signature: base64url(signature),
          ...(done.userHandle === undefined ? {} : { userHandle: done.userHandle }),
        },
      }
    },
  }
}

export type UsedPasskey = ReturnType<SoftwarePasskey['use']>

/** The options for a sign-in, or with an access token for a reauthentication. */
export async function passkeyOptions(app: FastifyInstance, token?: string): Promise<Options> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return (await app.inject({ method: 'POST', url: '/auth/passkey/options', headers })).json<Options>()
}

/** Creates a passkey and sends it, with the fields of `body`. */
export async function addPasskey(app: FastifyInstance, token: string, ceremony: Ceremony = {}, body: object = {}) {
  const options = (await asUser(app, token, 'POST', '/passkeys/options')).json<Options>()
  const passkey = createPasskey(options, ceremony)
  const added = await asUser(app, token, 'POST', '/passkeys', { credential: passkey.credential, ...body })
  return { passkey, added, ...added.json<{ id: string; recovery_codes?: string[] }>() }
}

/** Registers a user with a passkey. */
export async function withPasskey(app: FastifyInstance, username: string, ceremony: Ceremony = {}) {
  await register(app, username, { email: `${username}@example.com` })
  const { access_token: accessToken } = (await signIn(app, username)).json<TokenResponse>()
  const { passkey, id, recovery_codes: recoveryCodes = [] } = await addPasskey(app, accessToken, ceremony)
  return { username, accessToken, passkey, passkeyId: id, recoveryCodes }
}

/** Signs in with a passkey alone. */
export function postPasskey(app: FastifyInstance, credential: object, more: Record<string, string> = {}) {
  const fields = { grant_type: passkeyGrant, credential: JSON.stringify(credential), ...more }
  return postForm(app, '/auth/token', fields)
}

/** Requests options and signs in with a passkey alone. */
export async function signInWithPasskey(
  app: FastifyInstance,
  passkey: SoftwarePasskey,
  how: Ceremony = {},
  more: Record<string, string> = {},
) {
  return postPasskey(app, passkey.use(await passkeyOptions(app), how), more)
}

/** Enters the password of a user with a passkey. */
export async function challenged(app: FastifyInstance, username: string, more: Record<string, string> = {}) {
  return (await signIn(app, username, more)).json<{
    mfa_token: string
    factors: string[]
    passkey_options: Options
  }>()
}

/** Continues a sign-in with a passkey. */
export function continueWithPasskey(app: FastifyInstance, mfaToken: string, credential: object) {
  const fields = { grant_type: mfaGrant, mfa_token: mfaToken, credential: JSON.stringify(credential) }
  return postForm(app, '/auth/token', fields)
}
