import type { Account, AuthenticationMethod } from '../authorization/index.ts'
import type { RelyingParty } from '../config/index.ts'
import { ApiError } from '../errors/index.ts'
import { once } from '../lib/once.ts'
import { wordsOf } from '../lib/words.ts'
import type { PasskeyRow } from '../store/index.ts'
import { accountNameOf } from '../users/index.ts'
import { challengeLifetimeMs, type ChallengePurpose, type PasskeyChallenges } from './passkey-challenges.ts'
import type { SingleUseToken } from './used-tokens.ts'

interface Descriptor {
  type: 'public-key'
  id: string
  transports?: string[]
}

type UserVerification = 'required' | 'preferred' | 'discouraged'

/** `PublicKeyCredentialCreationOptionsJSON` of WebAuthn Level 3, 5.1.8. */
export interface CreationOptions {
  challenge: string
  rp: { id: string; name: string }
  user: { id: string; name: string; displayName: string }
  pubKeyCredParams: { type: 'public-key'; alg: number }[]
  timeout: number
  attestation: 'none'
  excludeCredentials: Descriptor[]
  authenticatorSelection: {
    residentKey: 'preferred'
    requireResidentKey: false
    userVerification: UserVerification
  }
  extensions: { credProps: true }
}

/** `PublicKeyCredentialRequestOptionsJSON` of WebAuthn Level 3, 5.1.9. */
export interface RequestOptions {
  challenge: string
  rpId: string
  timeout: number
  userVerification: UserVerification
  allowCredentials?: Descriptor[]
}

interface Credential {
  id: string
  rawId: string
  type: string
}

/** What a browser returns when a passkey is created: parts of `RegistrationResponseJSON`, in base64url. */
export interface RegistrationResponse extends Credential {
  response: { clientDataJSON: string; attestationObject: string; transports?: string[] | undefined }
}

/** What a browser returns when a passkey is used: parts of `AuthenticationResponseJSON`, in base64url. */
export interface AuthenticationResponse extends Credential {
  response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string | undefined }
}

/** How a browser finds a passkey. */
export type PasskeyDescriptor = Pick<PasskeyRow, 'credential_id' | 'transports'>

/** A passkey that an authenticator has created. */
export interface CreatedPasskey extends Pick<
  PasskeyRow,
  'credential_id' | 'public_key' | 'counter' | 'backup_eligible' | 'backed_up' | 'aaguid' | 'transports'
> {
  /** To be used up in the transaction that adds the passkey. */
  challenge: SingleUseToken
  methods: AuthenticationMethod[]
}

/** A passkey whose signature is valid. */
export interface VerifiedPasskey {
  id: string
  userId: string
  /** To be used up in the transaction of what it allows. */
  challenge: SingleUseToken
  counter: number
  backedUp: boolean
  methods: AuthenticationMethod[]
}

interface Dependencies {
  relyingParty: RelyingParty | undefined
  /** The name that authenticators show. */
  productName: string
  challenges: PasskeyChallenges
}

/** Ed25519, ES256 and RS256 (RFC 9053 2, RFC 8812 2), which all authenticators support between them. */
const algorithms = [-8, -7, -257]

/** The maximum length of a credential id in bytes (WebAuthn Level 3, 4). */
const maxCredentialIdBytes = 1023

export type Webauthn = ReturnType<typeof createWebauthn>

/** The ceremonies of Web Authentication (WebAuthn Level 3, 7). They read and write no database. */
export function createWebauthn({ relyingParty, productName, challenges }: Dependencies) {
  // Loading the library takes 0.2 seconds of CPU and 25 MB, which a service without passkeys does not spend.
  const load = once(async () => ({
    ...(await import('@simplewebauthn/server')),
    helpers: await import('@simplewebauthn/server/helpers'),
  }))

  function demandRelyingParty(): RelyingParty {
    if (relyingParty === undefined) throw new ApiError('passkeys_unavailable')
    return relyingParty
  }

  /**
   * Checks what the browser has signed, to tell the developer which part is wrong. The library checks it as well.
   * @returns the challenge
   */
  async function checkClientData(encoded: string, purpose: ChallengePurpose): Promise<SingleUseToken> {
    const { helpers } = await load()
    const { challenge, origin, crossOrigin = false } = helpers.decodeClientDataJSON(encoded)
    if (!demandRelyingParty().origins.includes(origin)) {
      throw invalidPasskey('Passkeys cannot be used on this origin. Add it to the setting RP_ORIGINS.')
    }
    if (crossOrigin) throw invalidPasskey('Passkeys cannot be used in a frame of another origin.')
    const opened = challenges.open(challenge, purpose)
    if (opened === undefined) {
      throw invalidPasskey('The challenge has expired or was issued for another purpose. Request new options.')
    }
    return opened
  }

  return {
    isAvailable: relyingParty !== undefined,

    /**
     * Makes the options with which a browser creates a passkey.
     * @param existing the passkeys of the account, which are not created again on the same authenticator
     * @throws {ApiError} 409 `passkeys_unavailable`
     */
    creationOptions(account: Account, existing: PasskeyDescriptor[]): CreationOptions {
      const { id } = demandRelyingParty()
      return {
        challenge: challenges.issue({ kind: 'registration', userId: account.id }),
        rp: { id, name: productName },
        user: {
          id: Buffer.from(account.id).toString('base64url'),
          name: accountNameOf(account),
          displayName: account.name ?? accountNameOf(account),
        },
        pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
        timeout: challengeLifetimeMs,
        attestation: 'none',
        excludeCredentials: existing.map(toDescriptor),
        authenticatorSelection: {
          residentKey: 'preferred',
          requireResidentKey: false,
          userVerification: 'preferred',
        },
        extensions: { credProps: true },
      }
    },

    /**
     * Verifies the creation of a passkey (WebAuthn Level 3, 7.1).
     * @throws {ApiError} 400 `invalid_passkey`; 409 `passkeys_unavailable`
     */
    async verifyCreation(userId: string, credential: RegistrationResponse): Promise<CreatedPasskey> {
      const { id: rpId, origins } = demandRelyingParty()
      const { verifyRegistrationResponse, helpers } = await load()
      return rejectingFaults(async () => {
        const { clientDataJSON, attestationObject, transports = [] } = credential.response
        const challenge = await checkClientData(clientDataJSON, { kind: 'registration', userId })
        const { verified, registrationInfo } = await verifyRegistrationResponse({
          response: {
            ...toLibrary(credential),
            response: { clientDataJSON, attestationObject: withoutAttestation(attestationObject, helpers) },
          },
          expectedChallenge: (signed: string) =>
            challenges.open(signed, { kind: 'registration', userId }) !== undefined,
          expectedOrigin: origins,
          expectedRPID: rpId,
          requireUserVerification: false,
          supportedAlgorithmIDs: algorithms,
        })
        if (!verified) throw invalidPasskey()
        const { credential: created, aaguid, userVerified, credentialDeviceType, credentialBackedUp } = registrationInfo
        if (Buffer.byteLength(created.id, 'base64url') > maxCredentialIdBytes) throw invalidPasskey()
        const isBackupEligible = credentialDeviceType === 'multiDevice'
        return {
          challenge,
          credential_id: created.id,
          public_key: Buffer.from(created.publicKey).toString('base64url'),
          counter: created.counter,
          backup_eligible: isBackupEligible ? 1 : 0,
          backed_up: credentialBackedUp ? 1 : 0,
          aaguid,
          transports: transports.join(' '),
          methods: passkeyMethodsOf(isBackupEligible, userVerified),
        }
      })
    },

    /**
     * Makes the options with which a browser uses a passkey.
     * @param passkeys the passkeys that can be used; undefined for any passkey of any account
     * @throws {ApiError} 409 `passkeys_unavailable`
     */
    requestOptions(
      purpose: ChallengePurpose,
      userVerification: UserVerification,
      passkeys?: PasskeyDescriptor[],
    ): RequestOptions {
      const { id: rpId } = demandRelyingParty()
      return {
        challenge: challenges.issue(purpose),
        rpId,
        timeout: challengeLifetimeMs,
        userVerification,
        ...(passkeys === undefined ? {} : { allowCredentials: passkeys.map(toDescriptor) }),
      }
    },

    /**
     * Checks what costs almost nothing to check: the client data and the challenge. `verifyUse` checks them as well.
     * @throws {ApiError} 400 `invalid_passkey`; 409 `passkeys_unavailable`
     */
    async checkClientData({ response }: AuthenticationResponse, purpose: ChallengePurpose): Promise<void> {
      await rejectingFaults(() => checkClientData(response.clientDataJSON, purpose))
    },

    /**
     * Verifies the use of a passkey (WebAuthn Level 3, 7.2). The signature counter is checked in the transaction.
     * @throws {ApiError} 400 `invalid_passkey`; 409 `passkeys_unavailable`
     */
    async verifyUse(
      passkey: PasskeyRow,
      credential: AuthenticationResponse,
      { purpose, needsUserVerification }: { purpose: ChallengePurpose; needsUserVerification: boolean },
    ): Promise<VerifiedPasskey> {
      const { id: rpId, origins } = demandRelyingParty()
      const { verifyAuthenticationResponse } = await load()
      return rejectingFaults(async () => {
        const { userHandle, ...response } = credential.response
        const challenge = await checkClientData(response.clientDataJSON, purpose)
        // The handle identifies the account. Only where the account is known already, it may be absent.
        const handle = userHandle === undefined ? undefined : Buffer.from(userHandle, 'base64url').toString()
        if (handle !== passkey.user_id && (purpose.kind === 'sign_in' || handle !== undefined)) throw invalidPasskey()
        const { verified, authenticationInfo } = await verifyAuthenticationResponse({
          response: { ...toLibrary(credential), response },
          expectedChallenge: (signed: string) => challenges.open(signed, purpose) !== undefined,
          expectedOrigin: origins,
          expectedRPID: rpId,
          requireUserVerification: false,
          credential: {
            id: passkey.credential_id,
            publicKey: new Uint8Array(Buffer.from(passkey.public_key, 'base64url')),
            // The library compares the counter before it verifies the signature.
            counter: 0,
          },
        })
        const { newCounter: counter, userVerified, credentialDeviceType, credentialBackedUp } = authenticationInfo
        const isBackupEligible = credentialDeviceType === 'multiDevice'
        if (!verified || isBackupEligible !== (passkey.backup_eligible === 1)) throw invalidPasskey()
        if (needsUserVerification && !userVerified) {
          throw invalidPasskey('The passkey did not verify you. Unlock it with your fingerprint, your face or a PIN.')
        }
        return {
          id: passkey.id,
          userId: passkey.user_id,
          challenge,
          counter,
          backedUp: credentialBackedUp,
          methods: passkeyMethodsOf(isBackupEligible, userVerified),
        }
      })
    },
  }
}

export function invalidPasskey(detail?: string, cause?: unknown) {
  return new ApiError('invalid_passkey', {
    ...(detail === undefined ? {} : { detail }),
    errors: [{ path: '/credential', message: 'was rejected' }],
    cause,
  })
}

/** The library throws a plain error for each fault in a credential. */
async function rejectingFaults<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify()
  } catch (error) {
    throw error instanceof ApiError ? error : invalidPasskey(undefined, error)
  }
}

type Helpers = typeof import('@simplewebauthn/server/helpers')

/**
 * Removes the attestation, which is not requested. The library would verify its certificates, and for that request URLs
 * that are in them.
 */
function withoutAttestation(
  attestationObject: string,
  { decodeAttestationObject, isoBase64URL, isoCBOR }: Helpers,
): string {
  const authData = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject)).get('authData')
  const statement = new Map<string, string | Map<string, string> | Uint8Array>([
    ['fmt', 'none'],
    ['attStmt', new Map()],
    ['authData', authData],
  ])
  return isoBase64URL.fromBuffer(isoCBOR.encode(statement))
}

function passkeyMethodsOf(isBackupEligible: boolean, isUserVerified: boolean): AuthenticationMethod[] {
  return [isBackupEligible ? 'swk' : 'hwk', ...(isUserVerified ? ['user' as const] : [])]
}

function toDescriptor({ credential_id: id, transports }: PasskeyDescriptor): Descriptor {
  return { type: 'public-key', id, ...(transports === '' ? {} : { transports: wordsOf(transports) }) }
}

/** @throws {ApiError} 400 `invalid_passkey` */
function toLibrary({ id, rawId, type }: Credential) {
  if (type !== 'public-key') throw invalidPasskey()
  return { id, rawId, type: 'public-key' as const, clientExtensionResults: {} }
}
