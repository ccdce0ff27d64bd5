/** @returns the 16 bytes of a UUID (RFC 9562) */
export function bytesOfUuid (uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex')
}

/** @returns the UUID that these bytes begin with, whatever its version is */
export function uuidOfBytes (bytes: Buffer): string {
  return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
