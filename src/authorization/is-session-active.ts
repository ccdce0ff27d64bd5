import type { Reader } from '../store/index.ts'
import type { Principal } from './principal.ts'

/**
 * Whether the session has not ended since the request was authenticated. It ends when the user adds the first second
 * factor elsewhere, which the request then lacks.
 * @param db a transaction that has locked the user's row, so that the session stays
 */
export async function isSessionActive(db: Reader, { session }: Principal): Promise<boolean> {
  const row = await db.selectFrom('sessions').select('id').where('id', '=', session.id).executeTakeFirst()
  return row !== undefined
}
