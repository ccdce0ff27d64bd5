/**
 * Base64 without padding, in the one spelling that its bytes have (RFC 4648 3.5).
 * @returns undefined for anything else, which Buffer would read as something
 */
export function bytesOfBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64').replace(/=+$/, '') === text ? bytes : undefined
}
