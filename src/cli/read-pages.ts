import type { ResultPage } from '../lib/paginate.ts'
import type { PageOptions } from './options.ts'

/** The page size with `--all`. */
const fullPageSize = 500

/** Reads the requested page, or all pages from there on. */
export async function* readPages<Item>(
  { limit = fullPageSize, cursor, all = false }: Partial<PageOptions>,
  read: (after: string | undefined, limit: number) => Promise<ResultPage<Item>>,
): AsyncGenerator<ResultPage<Item>> {
  let after = cursor
  do {
    const page = await read(after, all ? fullPageSize : limit)
    yield page
    after = all ? (page.next ?? undefined) : undefined
  } while (after !== undefined)
}
