import { Type } from '@sinclair/typebox'

const Base64Url = (maxLength: number, description?: string) =>
  Type.String({ maxLength, pattern: '^[A-Za-z0-9_-]*$', ...(description === undefined ? {} : { description }) })

/** A credential id has at most 1023 bytes. */
const CredentialId = Base64Url(1364, 'The id of the passkey, in base64url.')

/** Unknown fields are ignored, since browsers send more and add others over time. */
const credentialFields = {
  id: CredentialId,
  rawId: CredentialId,
  type: Type.String({ maxLength: 32, description: 'Always `public-key`.' }),
}

const clientDataJSON = Base64Url(8192, 'The challenge and the origin that were signed, as JSON in base64url.')

const credentialExample = {
  id: 'q8DJ0hX5c0yQWmFmZ0t1Zw',
  rawId: 'q8DJ0hX5c0yQWmFmZ0t1Zw',
  type: 'public-key',
}

const createdResponseExample = {
  clientDataJSON: 'eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIn0',
  attestationObject: 'o2NmbXRkbm9uZQ',
  transports: ['internal'],
}

const CreatedCredentialResponse = Type.Object(
  {
    clientDataJSON,
    attestationObject: Base64Url(12_288, 'The public key and the model of the authenticator, in base64url.'),
    transports: Type.Optional(
      Type.Array(Type.String({ maxLength: 32, pattern: '^[a-z-]+$' }), {
        maxItems: 8,
        description: 'How browsers can reach the authenticator.',
      }),
    ),
  },
  {
    $id: 'CreatedCredentialResponse',
    description: 'What the authenticator returned when it created the passkey.',
    examples: [createdResponseExample],
  },
)

const usedResponseExample = {
  clientDataJSON: 'eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0',
  authenticatorData: 'SZYN5YgOjGh0NBcPZHZgW4',
  signature: 'MEUCIQDx',
  userHandle: 'MDE5YWIwYzQtNWIwZS03YzNh',
}

const UsedCredentialResponse = Type.Object(
  {
    clientDataJSON,
    authenticatorData: Base64Url(4096, 'What the authenticator signed, in base64url.'),
    signature: Base64Url(8192, 'The signature, in base64url.'),
    userHandle: Type.Optional(Base64Url(128, 'The user whom the authenticator knows, in base64url.')),
  },
  {
    $id: 'UsedCredentialResponse',
    description: 'What the authenticator returned when it used the passkey.',
    examples: [usedResponseExample],
  },
)

/** `RegistrationResponseJSON` of WebAuthn Level 3. */
export const CreatedCredential = Type.Object(
  {
    ...credentialFields,
    response: CreatedCredentialResponse,
  },
  {
    $id: 'CreatedCredential',
    description: 'The passkey that `navigator.credentials.create` returned, as `toJSON` writes it.',
    examples: [{ ...credentialExample, response: createdResponseExample }],
  },
)

/** `AuthenticationResponseJSON` of WebAuthn Level 3. */
export const UsedCredential = Type.Object(
  {
    ...credentialFields,
    response: UsedCredentialResponse,
  },
  {
    $id: 'UsedCredential',
    description: 'The passkey that `navigator.credentials.get` returned, as `toJSON` writes it.',
    examples: [{ ...credentialExample, response: usedResponseExample }],
  },
)

const PasskeyDescriptor = Type.Object(
  {
    id: CredentialId,
    type: Type.String({ description: 'Always `public-key`.' }),
    transports: Type.Optional(Type.Array(Type.String(), { description: 'How browsers can reach the authenticator.' })),
  },
  {
    $id: 'PasskeyDescriptor',
    description: 'How a browser finds a passkey.',
    examples: [{ id: 'q8DJ0hX5c0yQWmFmZ0t1Zw', type: 'public-key', transports: ['internal'] }],
  },
)

const Challenge = Type.String({ description: 'In base64url. It can be answered once, within five minutes.' })

const Timeout = Type.Integer({ format: 'int32', description: 'In milliseconds.' })

const creationOptionsExample = {
  challenge: 'AQGasMRbDnw6mlQ_bw0cKzoAAAAA',
  rp: { id: 'example.com', name: 'Latchkey' },
  user: { id: 'MDE5YWIwYzQtNWIwZS03YzNh', name: 'ada', displayName: 'Ada Lovelace' },
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  timeout: 300_000,
  attestation: 'none',
  excludeCredentials: [],
  authenticatorSelection: { residentKey: 'preferred', requireResidentKey: false, userVerification: 'preferred' },
  extensions: { credProps: true },
}

const RelyingParty = Type.Object(
  { id: Type.String({ description: 'The domain of the passkeys.' }), name: Type.String() },
  { $id: 'RelyingParty', description: 'The service that a passkey is for.', examples: [creationOptionsExample.rp] },
)

const PasskeyUser = Type.Object(
  { id: Type.String({ description: 'In base64url.' }), name: Type.String(), displayName: Type.String() },
  { $id: 'PasskeyUser', description: 'The user of a passkey.', examples: [creationOptionsExample.user] },
)

const PasskeyAlgorithm = Type.Object(
  { type: Type.String(), alg: Type.Integer({ format: 'int32', description: 'A number of the COSE registry.' }) },
  {
    $id: 'PasskeyAlgorithm',
    description: 'A signature algorithm of passkeys.',
    examples: creationOptionsExample.pubKeyCredParams,
  },
)

const AuthenticatorSelection = Type.Object(
  { residentKey: Type.String(), requireResidentKey: Type.Boolean(), userVerification: Type.String() },
  {
    $id: 'AuthenticatorSelection',
    description: 'What the authenticator should support.',
    examples: [creationOptionsExample.authenticatorSelection],
  },
)

const PasskeyExtensions = Type.Object(
  { credProps: Type.Boolean() },
  {
    $id: 'PasskeyExtensions',
    description: 'Extensions of WebAuthn.',
    examples: [creationOptionsExample.extensions],
  },
)

/** `PublicKeyCredentialCreationOptionsJSON` of WebAuthn Level 3. */
export const PasskeyCreationOptions = Type.Object(
  {
    challenge: Challenge,
    rp: RelyingParty,
    user: PasskeyUser,
    pubKeyCredParams: Type.Array(PasskeyAlgorithm, { description: 'The accepted algorithms, preferred ones first.' }),
    timeout: Timeout,
    attestation: Type.String(),
    excludeCredentials: Type.Array(PasskeyDescriptor, {
      description: 'The passkeys of the account, which are not created again.',
    }),
    authenticatorSelection: AuthenticatorSelection,
    extensions: PasskeyExtensions,
  },
  {
    $id: 'PasskeyCreationOptions',
    description: 'Options for `PublicKeyCredential.parseCreationOptionsFromJSON` (WebAuthn Level 3).',
    examples: [creationOptionsExample],
  },
)

const requestOptionsExample = {
  challenge: 'AQGasMRbDnw6mlQ_bw0cKzoAAAAA',
  rpId: 'example.com',
  timeout: 300_000,
  userVerification: 'required',
}

/** `PublicKeyCredentialRequestOptionsJSON` of WebAuthn Level 3. */
export const PasskeyRequestOptions = Type.Object(
  {
    challenge: Challenge,
    rpId: Type.String({ description: 'The domain of the passkeys.' }),
    timeout: Timeout,
    userVerification: Type.String({ description: '`required`, `preferred` or `discouraged`.' }),
    allowCredentials: Type.Optional(
      Type.Array(PasskeyDescriptor, { description: 'The passkeys that can be used. Absent if any can.' }),
    ),
  },
  {
    $id: 'PasskeyRequestOptions',
    description: 'Options for `PublicKeyCredential.parseRequestOptionsFromJSON` (WebAuthn Level 3).',
    examples: [requestOptionsExample],
  },
)
