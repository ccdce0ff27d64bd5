/** @returns the 16 bytes of a UUID (RFC 9562) */
export function bytesOfUuid(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex')
}

/** @returns the UUID that these bytes begin with, whatever its version is */
export function uuidOfBytes(bytes: Buffer): string {
  return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** No UUIDv7 (RFC 9562 5.7) of that time, or of a later one, comes before it. @param time milliseconds since the epoch */
export function lowestUuidOf(time: number): string {
  const hex = Math.max(0, time).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}
