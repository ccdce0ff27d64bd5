import type { Origin } from '../audit/index.ts'
import { networksOf } from '../lib/networks.ts'
import type { HashRequest } from '../passwords/index.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import type { Device, DeviceTokens } from '../tokens/index.ts'

/** The network and device that an attempt comes from. */
export interface Location {
  network: string
  /** The wider networks around it. */
  surrounding: string[]
  /** The device, if its token is one of this user's. */
  device: Device | undefined
  /** Whether the user has signed in with this device, or lately signed in or registered from this network. */
  isKnown: boolean
  /** The shares of the hash queue that a hash for this location uses. */
  hashRequest: HashRequest
}

interface Dependencies {
  store: Store
  deviceTokens: DeviceTokens
  /** Milliseconds since the epoch. */
  now: () => number
}

const day = 24 * 60 * 60 * 1000

/** How long a network is known after a sign-in. */
const knownMs = 30 * day

/**
 * How long ago the first sign-in must be for the room that the hash queue reserves, so that an attack cannot use
 * accounts that it has just registered.
 */
const establishedMs = day

/** How long a network is kept, which tells that the user has signed in before. */
const retentionMs = 180 * day

/** The network that was seen longest ago is deleted first. */
const maxNetworksPerUser = 50

export type KnownLocations = ReturnType<typeof createKnownLocations>

/** The networks and devices that users have signed in from. */
export function createKnownLocations({ store, deviceTokens, now }: Dependencies) {
  const findNetwork = store.prepare((db) =>
    db
      .selectFrom('known_networks')
      .select('first_sign_in_at')
      .where('user_id', '=', 'user')
      .where('network', '=', 'network')
      .where('seen_at', '>', 0),
  )

  const upsertNetwork = store.prepareWrite((db) =>
    db
      .insertInto('known_networks')
      .values({ user_id: 'user', network: 'network', seen_at: 0, first_sign_in_at: 0 })
      .onConflict((conflict) =>
        conflict.columns(['user_id', 'network']).doUpdateSet((row) => ({
          seen_at: row.ref('excluded.seen_at'),
          first_sign_in_at: row.fn.coalesce('known_networks.first_sign_in_at', 'excluded.first_sign_in_at'),
        })),
      ),
  )

  const isEstablished = (since: number | null | undefined) => since != null && now() - since >= establishedMs

  return {
    /** Takes the same time when there is no such user. */
    async locate(
      user: UserRow | undefined,
      { address, isShared }: Origin,
      deviceToken: string | undefined,
    ): Promise<Location> {
      const networks = networksOf(address ?? '')
      const [network, ...surrounding] = networks
      const device = user === undefined || deviceToken === undefined ? undefined : deviceTokens.read(deviceToken, user)
      const row = await findNetwork(user?.id ?? '', network, now() - knownMs)
      const isNetworkKnown = row !== undefined && !isShared
      return {
        network,
        surrounding,
        device,
        isKnown: device !== undefined || isNetworkKnown,
        hashRequest: {
          // Attempts of strangers do not count against a known device in the same network, nor those from elsewhere
          // against the account.
          sharers: [
            ...(device === undefined ? networks : networks.map(shareOfDevices)),
            ...(user !== undefined && (device !== undefined || isNetworkKnown) ? [`account ${user.id}`] : []),
          ],
          hasReservedRoom: isEstablished(device?.since) || (isNetworkKnown && isEstablished(row.first_sign_in_at)),
        },
      }
    },

    /** What an attempt can count on at best: asked before anything is looked up. */
    bestHashRequest({ address }: Origin, deviceToken: string | undefined): HashRequest {
      const networks = networksOf(address ?? '')
      const mayBeKnown = deviceToken !== undefined && deviceTokens.isGenuine(deviceToken)
      return { sharers: mayBeKnown ? networks.map(shareOfDevices) : networks, hasReservedRoom: true }
    },

    /** Makes the network known in which an account has been created, for the lockout alone. */
    async add(db: Writer, userId: string, { address, isShared }: Origin): Promise<void> {
      if (!isShared && address !== null) await upsertNetwork(db, userId, networksOf(address)[0], now(), null)
    },

    /**
     * Records a sign-in, within its transaction.
     * @returns whether the user had signed in before, but not lately from this location
     */
    async remember(
      db: Writer,
      userId: string,
      { network, device, isKnown }: Location,
      { isShared }: Origin,
    ): Promise<boolean> {
      const isNew =
        !isKnown &&
        (await db
          .selectFrom('known_networks')
          .select('network')
          .where('user_id', '=', userId)
          .where('first_sign_in_at', 'is not', null)
          .limit(1)
          .executeTakeFirst()) !== undefined
      // A proxy's address says nothing about the user. Any client can send the header that gives it away, so the
      // sign-in still counts as new.
      if (isShared) return isNew
      await upsertNetwork(db, userId, network, now(), now())
      // A known device may be in a network that is new.
      if (isKnown && device === undefined) return false
      await db
        .deleteFrom('known_networks')
        .where('user_id', '=', userId)
        .where(
          'network',
          'not in',
          db
            .selectFrom('known_networks')
            .select('network')
            .where('user_id', '=', userId)
            .orderBy('seen_at', 'desc')
            .orderBy('network')
            .limit(maxNetworksPerUser),
        )
        .execute()
      return isNew
    },

    /** Forgets the networks of a user. A new password invalidates the device tokens by itself. */
    forget: (db: Writer, userId: string) => db.deleteFrom('known_networks').where('user_id', '=', userId).execute(),

    /**
     * @param max rows per call
     * @returns the number of deleted rows
     */
    async deleteExpired(max: number): Promise<number> {
      const expired = await store.read((db) =>
        db
          .selectFrom('known_networks')
          .select(['user_id', 'network'])
          .where('seen_at', '<=', now() - retentionMs)
          .limit(max)
          .execute(),
      )
      if (expired.length === 0) return 0
      await store.write(async (db) => {
        for (const { user_id: userId, network } of expired) {
          await db
            .deleteFrom('known_networks')
            .where('user_id', '=', userId)
            .where('network', '=', network)
            .where('seen_at', '<=', now() - retentionMs)
            .execute()
        }
      })
      return expired.length
    },
  }
}

/** The known devices in a network share the hash queue among themselves. */
function shareOfDevices(network: string) {
  return `devices in ${network}`
}
