/**
 * Decodes base64 without padding, in its canonical form (RFC 4648 3.5).
 * @returns undefined for any other text; Buffer would accept much of it
 */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64').replace(/=+$/, '') === text ? bytes : undefined
}
