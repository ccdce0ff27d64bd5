import type { Origin } from '../audit/index.ts'
import { networksOf } from '../lib/networks.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import type { DeviceTokens } from './device-tokens.ts'

/** Where somebody is who says that they are a user. */
export interface Place {
  network: string
  /** Those around it. */
  wide: string[]
  /** The name of the device, if its token is one of this user's. */
  device: string | undefined
  /** Whether the user has signed in with the device, or lately from the network. */
  isKnown: boolean
}

interface Dependencies {
  store: Store
  deviceTokens: DeviceTokens
  /** Milliseconds since the epoch. */
  now: () => number
}

const day = 24 * 60 * 60 * 1000

/** Days after a sign-in for which a network is known. */
const known = 30 * day

/** Days for which it is remembered that there was one. */
const memory = 180 * day

/** Networks of a user; the one seen longest ago gives way. */
const mostNetworks = 50

export type Places = ReturnType<typeof createPlaces>

/** The networks and devices that users have signed in from. */
export function createPlaces({ store, deviceTokens, now }: Dependencies) {
  const findNetwork = store.prepare((db) =>
    db
      .selectFrom('known_networks')
      .select('seen_at')
      .where('user_id', '=', 'user')
      .where('network', '=', 'network')
      .where('seen_at', '>', 0),
  )

  const see = store.prepareWrite((db) =>
    db
      .insertInto('known_networks')
      .values({ user_id: 'user', network: 'network', seen_at: 0 })
      .onConflict((conflict) =>
        conflict.columns(['user_id', 'network']).doUpdateSet((row) => ({ seen_at: row.ref('excluded.seen_at') })),
      ),
  )

  return {
    /** As long for nobody. */
    async find(
      user: UserRow | undefined,
      { address, isShared }: Origin,
      deviceToken: string | undefined,
    ): Promise<Place> {
      const [network, ...wide] = networksOf(address ?? '')
      const device = user === undefined || deviceToken === undefined ? undefined : deviceTokens.read(deviceToken, user)
      const seen = await findNetwork(user?.id ?? '', network, now() - known)
      return { network, wide, device, isKnown: device !== undefined || (seen !== undefined && !isShared) }
    },

    /** Somebody has signed in from there. @returns whether they had signed in before, and not lately from there */
    async remember(
      db: Writer,
      userId: string,
      { network, device, isKnown }: Place,
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
      await see(db, userId, network, now())
      // A device that is known may be where it has not been before.
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
            .limit(mostNetworks),
        )
        .execute()
      return isNew
    },

    /** Within a transaction: all of a user's networks. Devices are forgotten with the password. */
    forget: (db: Writer, userId: string) => db.deleteFrom('known_networks').where('user_id', '=', userId).execute(),

    /** @param most how many at once. @returns how many there were */
    async removeOld(most: number): Promise<number> {
      const old = await store.read((db) =>
        db
          .selectFrom('known_networks')
          .select(['user_id', 'network'])
          .where('seen_at', '<=', now() - memory)
          .limit(most)
          .execute(),
      )
      if (old.length === 0) return 0
      await store.write(async (db) => {
        for (const { user_id: userId, network } of old) {
          await db
            .deleteFrom('known_networks')
            .where('user_id', '=', userId)
            .where('network', '=', network)
            .where('seen_at', '<=', now() - memory)
            .execute()
        }
      })
      return old.length
    },
  }
}
