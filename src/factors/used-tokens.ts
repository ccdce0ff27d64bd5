import type { Store, Writer } from '../store/index.ts'

/** No clock is wrong by more than this. Once it is right again, used tokens must still be known. */
const maxClockErrorMs = 60 * 60 * 1000

interface Dependencies {
  store: Store
  /** Milliseconds since the epoch. */
  now: () => number
}

export type UsedTokens = ReturnType<typeof createUsedTokens>

/** A token that can be used once. */
export interface SingleUseToken {
  id: string
  /** Milliseconds since the epoch. */
  expiresAt: number
}

/** Makes stateless tokens valid once: only their use is stored, in the transaction of what they allow. */
export function createUsedTokens({ store, now }: Dependencies) {
  /** Stores the state of a token that has not been used. @returns false if it was used before */
  async function saveUnused(
    db: Writer,
    { id, expiresAt }: SingleUseToken,
    state: { used_at: number | null; right_codes: number },
  ): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('used_tokens')
      .values({ id, expires_at: expiresAt + maxClockErrorMs, ...state })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(state).where('used_tokens.used_at', 'is', null))
      .executeTakeFirstOrThrow()
    return numInsertedOrUpdatedRows === 1n
  }

  return {
    /** Uses a token up. @returns false if it was used before */
    use: (db: Writer, token: SingleUseToken): Promise<boolean> =>
      saveUnused(db, token, { used_at: now(), right_codes: 0 }),

    /**
     * Counts consecutive correct codes that are entered with a token while codes are locked. The transaction must have
     * locked the user's row.
     * @param isRight whether the code is correct; a wrong one resets the count
     * @returns the count; 0 if the token was used before
     */
    async countCode(db: Writer, token: SingleUseToken, isRight: boolean): Promise<number> {
      const row = await db.selectFrom('used_tokens').select('right_codes').where('id', '=', token.id).executeTakeFirst()
      const rightCodes = isRight ? (row?.right_codes ?? 0) + 1 : 0
      return (await saveUnused(db, token, { used_at: null, right_codes: rightCodes })) ? rightCodes : 0
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
