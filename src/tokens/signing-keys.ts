import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type JsonWebKey } from 'node:crypto'
import { promisify } from 'node:util'
import type { Config } from '../config.ts'
import { StartError } from '../errors.ts'
import type { SigningKeyRow } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { createMasterKey, deriveKey, type MasterKey } from './master-key.ts'
import { createSecrets } from './secrets.ts'

/** A key that signs access tokens, in the forms that JWT libraries take. */
export interface SigningKey {
  kid: string
  alg: 'ES256' | 'HS256'
  /** PKCS #8 in PEM, or the shared secret. */
  privateKey: string
  /** SPKI in PEM, or the shared secret. */
  publicKey: string
}

/**
 * The key of HS256: the configured secret, byte for byte, so that any JWT library that has it
 * verifies what we sign. Its `kid` tells nothing of it.
 */
function sharedSecretKey (secret: string): SigningKey {
  const kid = deriveKey(secret, 'latchkey kid of SECRET_KEY').subarray(0, 16).toString('base64url')
  return { kid, alg: 'HS256', privateKey: secret, publicKey: secret }
}

/**
 * The key that signs under the configured algorithm.
 * @throws {StartError} when a secret is missing, or is not the one of this database
 */
export async function loadSigningKey ({ config, store }: { config: Config, store: Store }): Promise<SigningKey> {
  const secrets = createSecrets(config)
  if (config.algorithm === 'HS256') return sharedSecretKey(await secrets.secretKey())
  const isNew = await newestKey(store) === undefined
  return keepKeyPair({ store, masterKey: createMasterKey(await secrets.masterKey(isNew)), now: config.now })
}

interface Dependencies { store: Store, masterKey: MasterKey, now: () => number }

/**
 * The newest key pair in the database; the first one is made here. Of several instances that start
 * at once, one makes it.
 */
async function keepKeyPair ({ store, masterKey, now }: Dependencies): Promise<SigningKey> {
  const row = await newestKey(store) ?? await makeFirstKey({ store, masterKey, now })
  const pem = masterKey.open('signing keys', row.kid, row.private_sealed)
  if (pem === undefined) {
    throw new StartError(['MASTER_KEY is not the one that this database was made with. Give the former one, or start with a new database.'])
  }
  return { kid: row.kid, alg: 'ES256', privateKey: pem, publicKey: publicPemOf(pem) }
}

function newestKey (store: Store): Promise<SigningKeyRow | undefined> {
  return store.read((db) => db.selectFrom('signing_keys').selectAll()
    .where('alg', '=', 'ES256').orderBy('generation', 'desc').limit(1).executeTakeFirst())
}

async function makeFirstKey ({ store, masterKey, now }: Dependencies): Promise<SigningKeyRow> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
  const jwk = publicKey.export({ format: 'jwk' })
  const kid = thumbprint(jwk)
  const made: SigningKeyRow = {
    kid,
    generation: 1,
    alg: 'ES256',
    public_jwk: JSON.stringify({ ...jwk, kid, alg: 'ES256', use: 'sig' }),
    private_sealed: masterKey.seal('signing keys', kid, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
    created_at: now(),
  }
  await store.write((db) => db.insertInto('signing_keys').values(made)
    .onConflict((conflict) => conflict.column('generation').doNothing()).execute())
  return await newestKey(store) ?? made
}

function publicPemOf (privatePem: string) {
  return createPublicKey(createPrivateKey(privatePem)).export({ type: 'spki', format: 'pem' }).toString()
}

/** The JWK thumbprint (RFC 7638) of an elliptic-curve key. */
function thumbprint ({ crv, kty, x, y }: JsonWebKey) {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
}
