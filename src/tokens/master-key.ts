import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

export type MasterKey = ReturnType<typeof createMasterKey>

/**
 * What keeps secrets in the database. From it, by HKDF (RFC 5869), comes one 256-bit key for each
 * purpose, so that what is made for one purpose means nothing for another.
 */
export function createMasterKey (secret: string) {
  const keyFor = (purpose: string) => deriveKey(secret, `latchkey ${purpose}`)

  return {
    /**
     * Encrypts with AES-256-GCM (NIST SP 800-38D) under a random 96-bit nonce.
     * @param context what the text belongs to; it opens under the same context only
     * @returns `1.` and base64url of nonce, tag and ciphertext
     */
    seal (purpose: string, context: string, text: string): string {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', keyFor(purpose), nonce).setAAD(Buffer.from(context))
      const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return `1.${Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString('base64url')}`
    },

    /** @returns the text, or undefined when it was sealed by another key or for another context, or not here */
    open (purpose: string, context: string, sealed: string): string | undefined {
      if (!sealed.startsWith('1.')) return undefined
      const bytes = Buffer.from(sealed.slice('1.'.length), 'base64url')
      if (bytes.length < 28) return undefined
      const decipher = createDecipheriv('aes-256-gcm', keyFor(purpose), bytes.subarray(0, 12), { authTagLength: 16 })
      decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(12, 28))
      try {
        return decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        return undefined
      }
    },
  }
}

/** HKDF-SHA-256 (RFC 5869) to 32 bytes, without a salt: the secret is of full strength already. */
export function deriveKey (secret: string, label: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', label, 32))
}
