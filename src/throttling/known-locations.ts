import type { Origin } from '../audit/index.ts'
import { networksOf } from '../lib/networks.ts'
import { dayMs } from '../lib/time.ts'
import type { HashRequest } from '../passwords/index.ts'
import type { Reader, Store, UserRow, Writer } from '../store/index.ts'
import type { Device, DeviceTokens } from '../tokens/index.ts'
import { selectUser, type UserClaim } from '../users/index.ts'

/** The network and device that an attempt comes from. */
export interface Location {
  network: string
  /** The wider networks that contain the network, narrowest first. */
  surrounding: string[]
  /** The device, if the device token is valid for this user. */
  device: Device | undefined
  /**
   * Whether the user has signed in with this device, or recently signed in, registered or reset the password from this
   * network.
   */
  isKnown: boolean
  /** Whether the user has signed in with this device, or recently from this network. */
  hasSignedIn: boolean
  /** Whether the user has signed in from any network that is still stored. */
  hasSignedInSomewhere: boolean
  /** The shares of the hash queue that a hash for this location counts towards. */
  hashRequest: HashRequest
}

interface Dependencies {
  store: Store
  deviceTokens: DeviceTokens
  /** Milliseconds since the epoch. */
  now: () => number
}

/** A network is known for this long after a sign-in. */
const knownMs = 30 * dayMs

/**
 * The first sign-in from a location must be this long ago before it may use the reserved room of the hash queue.
 * Otherwise an attacker could use newly registered accounts to fill it.
 */
const establishedMs = dayMs

/** A network is stored for this long after a sign-in, as evidence that the user has signed in before. */
const retentionMs = 180 * dayMs

/** When a user has more networks than this, those with the oldest sign-in are deleted. */
const maxNetworksPerUser = 50

export type KnownLocations = ReturnType<typeof createKnownLocations>

/** The networks and devices from which users have signed in. */
export function createKnownLocations({ store, deviceTokens, now }: Dependencies) {
  const upsertNetwork = store.prepareDeferred((db) =>
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
    /**
     * Finds a user and determines the location of a request, with one query. It takes the same time when there is no
     * such user.
     * @param claim how the request names the user
     * @param origin the origin of the request
     * @param deviceToken the device token of the request, if it has one
     */
    async findUserAt(
      claim: UserClaim,
      { address, isShared }: Origin,
      deviceToken: string | undefined,
    ): Promise<{ user: UserRow | undefined; location: Location }> {
      const networks = networksOf(address ?? '')
      const [network, ...surrounding] = networks
      const found = await store.read((db) => selectAt(db, claim, network, now() - knownMs).executeTakeFirst())
      const user = found && omitPlace(found)
      const device = user === undefined || deviceToken === undefined ? undefined : deviceTokens.read(deviceToken, user)
      const isNetworkKnown = found?.seen_at != null && !isShared
      const firstSignInAt = found?.first_sign_in_at ?? null
      const hashRequest = {
        // A known device does not share room with unknown devices in its network. The account is counted only for
        // known locations, so that attempts from unknown ones cannot use up its share.
        sharers: [
          ...(device === undefined ? networks : networks.map(shareOfDevices)),
          ...(user !== undefined && (device !== undefined || isNetworkKnown) ? [`account ${user.id}`] : []),
        ],
        hasReservedRoom: isEstablished(device?.since) || (isNetworkKnown && isEstablished(firstSignInAt)),
      }
      const location = {
        network,
        surrounding,
        device,
        isKnown: device !== undefined || isNetworkKnown,
        hasSignedIn: device !== undefined || (isNetworkKnown && firstSignInAt !== null),
        hasSignedInSomewhere: found?.has_signed_in === 1,
        hashRequest,
      }
      return { user, location }
    },

    /** The most favorable hash request that an attempt could get, which is known before any query. */
    bestHashRequest({ address }: Origin, deviceToken: string | undefined): HashRequest {
      const networks = networksOf(address ?? '')
      const mayBeKnown = deviceToken !== undefined && deviceTokens.isGenuine(deviceToken)
      return { sharers: mayBeKnown ? networks.map(shareOfDevices) : networks, hasReservedRoom: true }
    },

    /**
     * Makes the network known from which an account was created or its password was reset. It has an effect on the
     * lockout of passwords only.
     */
    async add(db: Writer, userId: string, { address, isShared }: Origin): Promise<void> {
      if (!isShared && address !== null) await upsertNetwork(db, userId, networksOf(address)[0], now(), null)
    },

    /**
     * Records a sign-in in its transaction.
     * @param db the transaction
     * @param userId the id of the user
     * @param location the location of the sign-in
     * @param origin the origin of the request
     * @returns whether the user had signed in before, but not recently from this location
     */
    async remember(
      db: Writer,
      userId: string,
      { network, device, isKnown, hasSignedInSomewhere }: Location,
      { isShared }: Origin,
    ): Promise<boolean> {
      const isNew = !isKnown && hasSignedInSomewhere
      // The address of a proxy says nothing about the user. Any client can send the header that suggests a proxy, so
      // the sign-in still counts as new.
      if (isShared) return isNew
      await upsertNetwork(db, userId, network, now(), now())
      // A known network has added no row. A known device, however, may be in a new network.
      if (isKnown && device === undefined) return false
      await store.defer(
        db,
        db
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
          ),
      )
      return isNew
    },

    /** Forgets the networks of a user. The device tokens need no action, since a new password invalidates them. */
    forget: (db: Writer, userId: string) => db.deleteFrom('known_networks').where('user_id', '=', userId).execute(),

    /**
     * Deletes networks that were last seen before the retention period.
     * @param max the maximum number of rows to delete in one call
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
          await store.defer(
            db,
            db
              .deleteFrom('known_networks')
              .where('user_id', '=', userId)
              .where('network', '=', network)
              .where('seen_at', '<=', now() - retentionMs),
          )
        }
      })
      return expired.length
    },
  }
}

/** Selects a user with the network of a request, if the user was seen there since `since`. */
function selectAt(db: Reader, claim: UserClaim, network: string, since: number) {
  return selectUser(db, claim)
    .leftJoin('known_networks', (join) =>
      join
        .onRef('known_networks.user_id', '=', 'users.id')
        .on('known_networks.network', '=', network)
        .on('known_networks.seen_at', '>', since),
    )
    .select(['known_networks.seen_at', 'known_networks.first_sign_in_at'])
    .select((row) =>
      row
        .case()
        .when(
          row.exists(
            row
              .selectFrom('known_networks as others')
              .select('others.network')
              .whereRef('others.user_id', '=', 'users.id')
              .where('others.first_sign_in_at', 'is not', null),
          ),
        )
        .then(row.lit(1))
        .else(row.lit(0))
        .end()
        .as('has_signed_in'),
    )
}

type UserAt = NonNullable<Awaited<ReturnType<ReturnType<typeof selectAt>['executeTakeFirst']>>>

function omitPlace({
  seen_at: _seenAt,
  first_sign_in_at: _firstSignInAt,
  has_signed_in: _hasSignedIn,
  ...user
}: UserAt) {
  return user
}

/** The name under which the known devices of a network share the hash queue. */
function shareOfDevices(network: string) {
  return `devices in ${network}`
}
