import { randomBytes } from 'node:crypto'
import type { MasterKey } from '../keys/index.ts'
import { uuidToBytes, bytesToUuid } from '../lib/uuid.ts'
import type { UserRow } from '../store/index.ts'

const prefix = 'dt_'
const version = 1
const purpose = 'device tokens'

/** Bytes: a version, the user's UUID, the version of their password, when it was issued, the device's own name, and HMAC-SHA-256 of these. */
const deviceAt = 1 + 16 + 4 + 6
const macAt = deviceAt + 8
const length = macAt + 32

/** Milliseconds. */
const life = 180 * 24 * 60 * 60 * 1000

interface Dependencies {
  masterKey: MasterKey
  /** Milliseconds since the epoch. */
  now: () => number
}

export type DeviceTokens = ReturnType<typeof createDeviceTokens>

/**
 * What a device is given at a sign-in, and shows at the next one, so that it is known wherever it is.
 * It lets nobody in, and means nothing once its user has another password. None is stored.
 */
export function createDeviceTokens({ masterKey, now }: Dependencies) {
  return {
    /** @param device the name that it has already, or a new one */
    issue(
      { id, password_version: passwordVersion }: Pick<UserRow, 'id' | 'password_version'>,
      device = randomBytes(8).toString('hex'),
    ): string {
      const head = Buffer.alloc(macAt)
      head.writeUInt8(version, 0)
      uuidToBytes(id).copy(head, 1)
      head.writeUInt32BE(passwordVersion, 17)
      head.writeUIntBE(now(), 21, 6)
      head.write(device, deviceAt, 'hex')
      return prefix + Buffer.concat([head, masterKey.mac(purpose, head)]).toString('base64url')
    },

    /** @returns the name of the device, if it is one of this user's */
    read(token: string, user: Pick<UserRow, 'id' | 'password_version'>): string | undefined {
      if (!token.startsWith(prefix)) return undefined
      const bytes = Buffer.from(token.slice(prefix.length), 'base64url')
      if (bytes.length !== length || bytes[0] !== version) return undefined
      const head = bytes.subarray(0, macAt)
      if (!masterKey.isMac(purpose, bytes.subarray(macAt), head)) return undefined
      const isTheirs = bytesToUuid(bytes.subarray(1)) === user.id && bytes.readUInt32BE(17) === user.password_version
      return isTheirs && now() - bytes.readUIntBE(21, 6) <= life ? bytes.toString('hex', deviceAt, macAt) : undefined
    },
  }
}
