/** The cursor with which a list that is sorted by `created_at` and `id` continues after an item. */
export function timeCursorOf({ id, created_at: createdAt }: { id: string; created_at: number }): string {
  return `${createdAt}.${id}`
}

/** @returns undefined for a text that is no such cursor */
export function readTimeCursor(text: string): { createdAt: number; id: string } | undefined {
  // Ids are at least this long, so that a cursor that was cut off is recognized by its length.
  const [, time, id] = /^(\d{1,15})\.([\w-]{29,36})$/.exec(text) ?? []
  return time === undefined || id === undefined ? undefined : { createdAt: Number(time), id }
}
