/** Makes the cursor with which a list that is sorted by `created_at` and `id` continues after an item. */
export function timeCursorOf({ id, created_at: createdAt }: { id: string; created_at: number }): string {
  return `${createdAt}.${id}`
}

/**
 * Reads a cursor that `timeCursorOf` made.
 * @returns the creation time, in milliseconds since the epoch, and the id of the item; undefined for an invalid cursor
 */
export function readTimeCursor(text: string): { created_at: number; id: string } | undefined {
  // All ids have at least this length, so a truncated cursor is rejected.
  const [, time, id] = /^(\d{1,15})\.([\w-]{29,36})$/.exec(text) ?? []
  return time === undefined || id === undefined ? undefined : { created_at: Number(time), id }
}
