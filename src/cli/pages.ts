import type { ResultPage } from '../lib/paginate.ts'
import type { PageOptions } from './options.ts'

/** So many are read at once where all are asked for. */
const many = 500

/** The page that is asked for, or all that follow. */
export async function* pagesOf<Item>(
  { limit, cursor, all = false }: PageOptions,
  read: (after: string | undefined, limit: number) => Promise<ResultPage<Item>>,
): AsyncGenerator<ResultPage<Item>> {
  let after = cursor
  do {
    const page = await read(after, all ? many : limit)
    yield page
    after = all ? (page.next ?? undefined) : undefined
  } while (after !== undefined)
}
