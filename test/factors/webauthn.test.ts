import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { ApiError } from '../../src/errors/index.ts'
import { createWebauthn } from '../../src/factors/webauthn.ts'

interface Vector {
  name: string
  credentialId: string
  registration: { clientDataJSON: string; attestationObject: string }
  authentication: { clientDataJSON: string; authenticatorData: string; signature: string }
}

/** The examples of WebAuthn Level 3, 16, with their names. */
const vectors: Vector[] = JSON.parse(readFileSync(new URL('./fixtures/webauthn-vectors.json', import.meta.url), 'utf8'))

const { verifyCreation, verifyUse } = createWebauthn({
  relyingParty: { id: 'example.org', origins: ['https://example.org'] },
  productName: 'Example',
  challenges: { issue: () => '', open: (challenge) => ({ id: challenge, expiresAt: 0 }) },
})

const purpose = { kind: 'reauthentication', userId: 'ada' } as const

/** Creates and uses the passkey of an example. @returns its methods, or the error */
async function verdictOf(t: Test, { credentialId, registration, authentication }: Vector): Promise<string> {
  const base = { id: credentialId, rawId: credentialId, type: 'public-key' }
  try {
    const {
      challenge,
      methods: _methods,
      ...columns
    } = await verifyCreation('ada', { ...base, response: registration })
    t.equal(columns.credential_id, credentialId)
    t.match(challenge.id, /^[\w-]{43}$/)
    const row = { ...columns, id: '1', user_id: 'ada', name: 'Passkey', created_at: 0, used_at: null }
    const used = { ...base, response: authentication }
    const { methods } = await verifyUse(row, used, { purpose, needsUserVerification: false })
    // The last character of a signature may have unused bits.
    const changed = authentication.signature.replace(/..$/, (end) => (end === 'AA' ? 'BB' : 'AA'))
    const forged = { ...base, response: { ...authentication, signature: changed } }
    await t.rejects(verifyUse(row, forged, { purpose, needsUserVerification: false }), { code: 'invalid_passkey' })
    return methods.join(' ')
  } catch (error) {
    if (error instanceof ApiError) return error.message
    throw error
  }
}

t.test('the examples of WebAuthn Level 3 are accepted, except from frames and with other algorithms', async (t) => {
  const verdicts = await Promise.all(vectors.map(async (one) => [one.name, await verdictOf(t, one)]))
  const framed = 'Passkeys cannot be used in a frame of another origin.'
  const rejected = new ApiError('invalid_passkey').message
  t.strictSame(Object.fromEntries(verdicts), {
    'ES256 Credential with No Attestation': 'swk',
    'ES256 Credential with Self Attestation': 'swk',
    'ES256 Credential with "crossOrigin": true in clientDataJSON': framed,
    'ES256 Credential with "topOrigin" in clientDataJSON': framed,
    'ES256 Credential with very long credential ID': 'swk user',
    'Packed Attestation with ES384 Credential': rejected,
    'Packed Attestation with RS256 Credential': 'swk',
    'Packed Attestation with Ed25519 Credential': 'hwk',
    'Packed Attestation with Ed448 Credential': rejected,
    'FIDO U2F Attestation with ES256 Credential': 'hwk',
  })
})
