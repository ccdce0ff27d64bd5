/** Converts a UUID (RFC 9562) to its 16 bytes. */
export function uuidToBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex')
}

/** Converts the first 16 bytes to a UUID of any version. */
export function bytesToUuid(bytes: Buffer): string {
  return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/**
 * Returns a lower bound of all UUIDv7 (RFC 9562 5.7) that were created at a given time or later.
 * @param time milliseconds since the epoch
 */
export function minUuidV7At(time: number): string {
  const hex = Math.max(0, time).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}
