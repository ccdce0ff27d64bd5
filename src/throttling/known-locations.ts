import type { Origin } from '../audit/index.ts'
import { networksOf } from '../lib/networks.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import type { DeviceTokens } from './device-tokens.ts'

/** The network and device that an attempt comes from. */
export interface Location {
  network: string
  /** The wider networks around it. */
  surrounding: string[]
  /** The identifier of the device, if its token is one of this user's. */
  device: string | undefined
  /** Whether the user has signed in with this device, or lately from this network. */
  isKnown: boolean
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

/** How long a network stays known after a sign-in. */
const retentionMs = 180 * day

/** The network that was seen longest ago is deleted first. */
const maxNetworksPerUser = 50

export type KnownLocations = ReturnType<typeof createKnownLocations>

/** The networks and devices that users have signed in from. */
export function createKnownLocations({ store, deviceTokens, now }: Dependencies) {
  const findNetwork = store.prepare((db) =>
    db
      .selectFrom('known_networks')
      .select('seen_at')
      .where('user_id', '=', 'user')
      .where('network', '=', 'network')
      .where('seen_at', '>', 0),
  )

  const upsertNetwork = store.prepareWrite((db) =>
    db
      .insertInto('known_networks')
      .values({ user_id: 'user', network: 'network', seen_at: 0 })
      .onConflict((conflict) =>
        conflict.columns(['user_id', 'network']).doUpdateSet((row) => ({ seen_at: row.ref('excluded.seen_at') })),
      ),
  )

  return {
    /** Takes the same time when there is no such user. */
    async locate(
      user: UserRow | undefined,
      { address, isShared }: Origin,
      deviceToken: string | undefined,
    ): Promise<Location> {
      const [network, ...surrounding] = networksOf(address ?? '')
      const device = user === undefined || deviceToken === undefined ? undefined : deviceTokens.read(deviceToken, user)
      const seen = await findNetwork(user?.id ?? '', network, now() - knownMs)
      return { network, surrounding, device, isKnown: device !== undefined || (seen !== undefined && !isShared) }
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
      if (isShared) return false
      const isNew =
        !isKnown &&
        (await db
          .selectFrom('known_networks')
          .select('network')
          .where('user_id', '=', userId)
          .limit(1)
          .executeTakeFirst()) !== undefined
      await upsertNetwork(db, userId, network, now())
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
