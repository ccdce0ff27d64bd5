import { randomBytes } from 'node:crypto'
import type { MasterKey } from '../keys/index.ts'
import { bytesToUuid, uuidToBytes } from '../lib/uuid.ts'
import type { UserRow } from '../store/index.ts'

const prefix = 'dt_'
const purpose = 'device tokens'

/**
 * Bytes: a version, the user's UUID, the version of their password, the time of issue, the identifier of the device,
 * since version 2 the time at which the device first signed in, and HMAC-SHA-256 of these.
 */
const passwordVersionAt = 1 + 16
const issuedAtAt = passwordVersionAt + 4
const deviceAt = issuedAtAt + 6
const sinceAt = deviceAt + 8
const macBytes = 32

/** Where the MAC begins, by version. */
const macAt = new Map([
  [1, sinceAt],
  [2, sinceAt + 6],
])
const currentVersion = 2

const lifetimeMs = 180 * 24 * 60 * 60 * 1000

/** A browser or app in which a user has signed in. */
export interface Device {
  id: string
  /** When the user first signed in with it, in milliseconds since the epoch. */
  since: number
}

interface Dependencies {
  masterKey: MasterKey
  /** Milliseconds since the epoch. */
  now: () => number
}

export type DeviceTokens = ReturnType<typeof createDeviceTokens>

/**
 * A device gets a token at a sign-in and presents it at the next one, so that it is known on any network. The token
 * grants nothing, and is invalid at a sign-in once its user has another password. None is stored.
 */
export function createDeviceTokens({ masterKey, now }: Dependencies) {
  function open(token: string) {
    if (!token.startsWith(prefix)) return undefined
    const bytes = Buffer.from(token.slice(prefix.length), 'base64url')
    const length = macAt.get(bytes[0] ?? 0)
    if (length === undefined || bytes.length !== length + macBytes) return undefined
    if (!masterKey.isMac(purpose, bytes.subarray(length), bytes.subarray(0, length))) return undefined
    const issuedAt = bytes.readUIntBE(issuedAtAt, 6)
    if (now() - issuedAt > lifetimeMs) return undefined
    return {
      userId: bytesToUuid(bytes.subarray(1)),
      passwordVersion: bytes.readUInt32BE(passwordVersionAt),
      device: {
        id: bytes.toString('hex', deviceAt, sinceAt),
        since: length > sinceAt ? bytes.readUIntBE(sinceAt, 6) : issuedAt,
      },
    }
  }

  return {
    /** A device that signs in for the first time. */
    create: (): Device => ({ id: randomBytes(sinceAt - deviceAt).toString('hex'), since: now() }),

    issue({ id, password_version: passwordVersion }: Pick<UserRow, 'id' | 'password_version'>, device: Device): string {
      const head = Buffer.alloc(sinceAt + 6)
      head.writeUInt8(currentVersion, 0)
      uuidToBytes(id).copy(head, 1)
      head.writeUInt32BE(passwordVersion, passwordVersionAt)
      head.writeUIntBE(now(), issuedAtAt, 6)
      head.write(device.id, deviceAt, 'hex')
      head.writeUIntBE(device.since, sinceAt, 6)
      return prefix + Buffer.concat([head, masterKey.mac(purpose, head)]).toString('base64url')
    },

    /** Whether it was issued here and has not expired. */
    isGenuine: (token: string): boolean => open(token) !== undefined,

    /** @returns the device, if the token is valid for a sign-in of this user */
    read(token: string, user: Pick<UserRow, 'id' | 'password_version'>): Device | undefined {
      const opened = open(token)
      return opened?.userId === user.id && opened.passwordVersion === user.password_version ? opened.device : undefined
    },

    /** @returns the device, if it is one of this user's, whatever their password is now */
    deviceOf(token: string, userId: string): Device | undefined {
      const opened = open(token)
      return opened?.userId === userId ? opened.device : undefined
    },
  }
}
