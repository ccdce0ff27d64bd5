export interface PageOf<Item> {
  items: Item[]
  /** The cursor of what follows; null where nothing does. */
  next: string | null
}

/**
 * A page of a list.
 * @param limit how many it may hold
 * @param read reads so many
 * @param cursorOf where the list goes on after an item
 */
export async function pageOf<Item>(
  limit: number,
  read: (limit: number) => Promise<Item[]>,
  cursorOf: (item: Item) => string,
): Promise<PageOf<Item>> {
  // One more tells whether more follow.
  const found = await read(limit + 1)
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, next: found.length > limit && last !== undefined ? cursorOf(last) : null }
}
