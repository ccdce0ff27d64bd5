import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'

export type MasterKey = ReturnType<typeof createMasterKey>

/**
 * Encrypts secrets in the database and authenticates issued tokens. HKDF (RFC 5869) derives one 256-bit key for each
 * purpose. A purpose is a label of the derivation and must never change, or existing data could not be decrypted.
 * @param secret the current secret, which encrypts and authenticates
 * @param previous the previous secrets, which still decrypt and verify
 */
export function createMasterKey(secret: string, previous: string[] = []) {
  const derived = new Map<string, [current: Buffer, ...previous: Buffer[]]>()

  /** The keys for a purpose. The current one comes first. */
  function keysFor(purpose: string) {
    const known = derived.get(purpose)
    if (known !== undefined) return known
    const keyOf = (secret: string) => deriveKey(secret, `latchkey ${purpose}`)
    const keys: [Buffer, ...Buffer[]] = [keyOf(secret), ...previous.map(keyOf)]
    derived.set(purpose, keys)
    return keys
  }

  return {
    /** Whether previous secrets still decrypt. If so, what must outlive them has to be encrypted again. */
    hasPrevious: previous.length > 0,

    /**
     * Encrypts a text with AES-256-GCM (NIST SP 800-38D) under a random 96-bit nonce.
     * @param purpose the label of the key derivation
     * @param context what the text belongs to, such as a row's id; decryption requires the same context
     * @param text the text to encrypt
     * @returns `1.` and base64url of nonce, tag and ciphertext
     */
    seal: (purpose: string, context: string, text: string) => encrypt(keysFor(purpose)[0], context, text),

    /**
     * Decrypts a text.
     * @returns undefined when it was encrypted under an unknown key, or for another purpose or context
     */
    open: (purpose: string, context: string, sealed: string) =>
      firstOf(keysFor(purpose), (key) => decrypt(key, context, sealed)),

    /**
     * Encrypts a text under the current key that was encrypted under a previous one.
     * @returns undefined when the text is encrypted under the current key already, or cannot be decrypted
     */
    reseal(purpose: string, context: string, sealed: string): string | undefined {
      const [current, ...older] = keysFor(purpose)
      const text = firstOf(older, (key) => decrypt(key, context, sealed))
      return text === undefined ? undefined : encrypt(current, context, text)
    },

    /** @returns the HMAC-SHA-256 (RFC 2104) of the concatenated parts, 32 bytes */
    mac: (purpose: string, ...parts: Buffer[]) => macOf(keysFor(purpose)[0], parts),

    /**
     * Whether a MAC of these parts was made with the current or a previous key.
     * @param purpose the label of the key derivation
     * @param mac 32 bytes
     * @param parts the bytes that were authenticated
     */
    isMac: (purpose: string, mac: Buffer, ...parts: Buffer[]) =>
      keysFor(purpose).some((key) => timingSafeEqual(macOf(key, parts), mac)),
  }
}

/**
 * Derives a 32-byte key with HKDF-SHA-256 (RFC 5869). It needs no salt, because the secret has full strength already.
 * @param secret the secret from the settings
 * @param label the purpose of the derived key
 */
export function deriveKey(secret: string, label: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', label, 32))
}

function encrypt(key: Buffer, context: string, text: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return `1.${Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString('base64url')}`
}

function decrypt(key: Buffer, context: string, sealed: string): string | undefined {
  if (!sealed.startsWith('1.')) return undefined
  const bytes = Buffer.from(sealed.slice('1.'.length), 'base64url')
  if (bytes.length < 28) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
  decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(12, 28))
  try {
    return decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return undefined
  }
}

function macOf(key: Buffer, parts: Buffer[]): Buffer {
  const hmac = createHmac('sha256', key)
  for (const part of parts) hmac.update(part)
  return hmac.digest()
}

function firstOf<Item, Result>(items: Item[], find: (item: Item) => Result | undefined): Result | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}
