import { randomBytes } from 'node:crypto'
import type { MasterKey } from '../keys/index.ts'
import { bytesToUuid, uuidToBytes } from '../lib/uuid.ts'
import type { UserRow } from '../store/index.ts'

const prefix = 'dt_'
const version = 1
const purpose = 'device tokens'

/**
 * Bytes: a version, the user's UUID, the version of their password, the time of issue, the identifier of the device,
 * and HMAC-SHA-256 of these.
 */
const deviceAt = 1 + 16 + 4 + 6
const macAt = deviceAt + 8
const length = macAt + 32

const lifetimeMs = 180 * 24 * 60 * 60 * 1000

interface Dependencies {
  masterKey: MasterKey
  /** Milliseconds since the epoch. */
  now: () => number
}

export type DeviceTokens = ReturnType<typeof createDeviceTokens>

/**
 * A device gets a token at a sign-in and presents it at the next one, so that it is known on any network. The token
 * grants nothing, and is invalid once its user has another password. None is stored.
 */
export function createDeviceTokens({ masterKey, now }: Dependencies) {
  return {
    /** @param device its identifier, if it has one already */
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

    /** @returns the identifier of the device, if the token is valid for this user */
    read(token: string, user: Pick<UserRow, 'id' | 'password_version'>): string | undefined {
      if (!token.startsWith(prefix)) return undefined
      const bytes = Buffer.from(token.slice(prefix.length), 'base64url')
      if (bytes.length !== length || bytes[0] !== version) return undefined
      const head = bytes.subarray(0, macAt)
      if (!masterKey.isMac(purpose, bytes.subarray(macAt), head)) return undefined
      const isTheirs = bytesToUuid(bytes.subarray(1)) === user.id && bytes.readUInt32BE(17) === user.password_version
      return isTheirs && now() - bytes.readUIntBE(21, 6) <= lifetimeMs
        ? bytes.toString('hex', deviceAt, macAt)
        : undefined
    },
  }
}
