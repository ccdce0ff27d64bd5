import { randomBytes } from 'node:crypto'
import type { MasterKey } from '../keys/index.ts'
import { dayMs } from '../lib/time.ts'
import { bytesToUuid, uuidToBytes } from '../lib/uuid.ts'
import type { UserRow } from '../store/index.ts'

const prefix = 'dt_'
const purpose = 'device tokens'

/**
 * The bytes of a token: format version, user's UUID, password version, time of issue, device's identifier, time of the
 * device's first sign-in (since format version 2), in format version 3 also the factors version and the time of the
 * second factor, and an HMAC-SHA-256 of all these. The constants are offsets.
 */
const passwordVersionAt = 1 + 16
const issuedAtAt = passwordVersionAt + 4
const deviceAt = issuedAtAt + 6
const sinceAt = deviceAt + 8
const factorsVersionAt = sinceAt + 6
const secondFactorAtAt = factorsVersionAt + 4
const macBytes = 32

/** The offset of the MAC, by format version. */
const macAt = new Map([
  [1, sinceAt],
  [2, factorsVersionAt],
  [3, secondFactorAtAt + 6],
])

const lifetimeMs = 180 * dayMs

/** A browser or app in which a user has signed in. */
export interface Device {
  id: string
  /** The user's first sign-in on this device, in milliseconds since the epoch. */
  since: number
  /**
   * The last use of the second factor on this device, in milliseconds since the epoch, if the device is to be
   * remembered for it. Undefined also when the user's factors have changed since.
   */
  secondFactorAt?: number | undefined
}

type Versions = Pick<UserRow, 'id' | 'password_version' | 'factors_version'>

interface Dependencies {
  masterKey: MasterKey
  /** Milliseconds since the epoch. */
  now: () => number
}

export type DeviceTokens = ReturnType<typeof createDeviceTokens>

/**
 * A device receives a token at each sign-in and presents it at the next one, so that it is known on every network. The
 * token grants no access, and no longer identifies a known device once the user has another password. It can also say
 * that the user has used their second factor on the device, until their factors change. No token is stored.
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
      secondFactor:
        length > factorsVersionAt
          ? { version: bytes.readUInt32BE(factorsVersionAt), usedAt: bytes.readUIntBE(secondFactorAtAt, 6) }
          : undefined,
    }
  }

  return {
    /** Creates a device that signs in for the first time. */
    create: (): Device => ({ id: randomBytes(sinceAt - deviceAt).toString('hex'), since: now() }),

    issue(
      { id, password_version: passwordVersion, factors_version: factorsVersion }: Versions,
      { secondFactorAt, ...device }: Device,
    ): string {
      // Previous versions of the program read format version 2.
      const version = secondFactorAt === undefined ? 2 : 3
      const head = Buffer.alloc(macAt.get(version) ?? 0)
      head.writeUInt8(version, 0)
      uuidToBytes(id).copy(head, 1)
      head.writeUInt32BE(passwordVersion, passwordVersionAt)
      head.writeUIntBE(now(), issuedAtAt, 6)
      head.write(device.id, deviceAt, 'hex')
      head.writeUIntBE(device.since, sinceAt, 6)
      if (secondFactorAt !== undefined) {
        head.writeUInt32BE(factorsVersion, factorsVersionAt)
        head.writeUIntBE(secondFactorAt, secondFactorAtAt, 6)
      }
      return prefix + Buffer.concat([head, masterKey.mac(purpose, head)]).toString('base64url')
    },

    /** Whether this service issued the token and it has not expired. */
    isGenuine: (token: string): boolean => open(token) !== undefined,

    /** @returns the device, if the token is valid for a sign-in of this user with their current password */
    read(token: string, user: Versions): Device | undefined {
      const opened = open(token)
      if (opened?.userId !== user.id || opened.passwordVersion !== user.password_version) return undefined
      const { device, secondFactor } = opened
      return secondFactor?.version === user.factors_version
        ? { ...device, secondFactorAt: secondFactor.usedAt }
        : device
    },

    /** @returns the device, if the token belongs to this user, even after a change of password */
    deviceOf(token: string, userId: string): Device | undefined {
      const opened = open(token)
      return opened?.userId === userId ? opened.device : undefined
    },
  }
}
