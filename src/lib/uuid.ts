/** @returns the 16 bytes of a UUID (RFC 9562) */
export function uuidToBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex')
}

/** @returns the UUID in the first 16 bytes, of any version */
export function bytesToUuid(bytes: Buffer): string {
  return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/**
 * The lower bound of every UUIDv7 (RFC 9562 5.7) made at a time or later.
 * @param time milliseconds since the epoch
 */
export function minUuidV7At(time: number): string {
  const hex = Math.max(0, time).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}
