/** A page of a list. */
export interface ResultPage<Item> {
  items: Item[]
  /** The cursor of the next page; null on the last page. */
  next: string | null
}

/**
 * Reads a page of a list.
 * @param limit the maximum number of items on the page
 * @param read reads up to this number of items
 * @param cursorOf returns the cursor with which the list continues after an item
 */
export async function paginate<Item>(
  limit: number,
  read: (limit: number) => Promise<Item[]>,
  cursorOf: (item: Item) => string,
): Promise<ResultPage<Item>> {
  // One more item shows whether there is a next page.
  const found = await read(limit + 1)
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, next: found.length > limit && last !== undefined ? cursorOf(last) : null }
}
