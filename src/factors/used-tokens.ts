import type { Store, Writer } from '../store/index.ts'

/** The clocks of instances differ by less than this. */
const maxClockSkewMs = 60 * 1000

interface Dependencies {
  store: Store
  /** Milliseconds since the epoch. */
  now: () => number
}

export type UsedTokens = ReturnType<typeof createUsedTokens>

/** Makes stateless tokens valid once: only their use is stored, in the transaction of what they allow. */
export function createUsedTokens({ store, now }: Dependencies) {
  return {
    /**
     * @param id the id of the token
     * @param expiresAt milliseconds since the epoch
     * @returns false if the token was used before
     */
    async use(db: Writer, { id, expiresAt }: { id: string; expiresAt: number }): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('used_tokens')
        .values({ id, expires_at: expiresAt + maxClockSkewMs })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirstOrThrow()
      return numInsertedOrUpdatedRows === 1n
    },

    /**
     * @param max the maximum number of rows to delete
     * @returns the number of deleted rows
     */
    async deleteExpired(max: number): Promise<number> {
      const { numDeletedRows } = await store.write((db) =>
        db
          .deleteFrom('used_tokens')
          .where('id', 'in', db.selectFrom('used_tokens').select('id').where('expires_at', '<=', now()).limit(max))
          .executeTakeFirstOrThrow(),
      )
      return Number(numDeletedRows)
    },
  }
}
