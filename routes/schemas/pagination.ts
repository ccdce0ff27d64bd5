import { Type } from '@sinclair/typebox'
import { Id } from './id.ts'

export const defaultPageLimit = 50

/** The maximum number of items in a page. */
export const PageLimit = Type.Optional(
  Type.Integer({
    format: 'int32',
    minimum: 1,
    maximum: 200,
    default: defaultPageLimit,
    description: 'The maximum number of items.',
  }),
)

const description = 'The value of `next` from the previous page. Omit it to get the first page.'

/** The start of the page. */
export const Cursor = Type.Optional(Type.String({ minLength: 1, maxLength: 64, description }))

/** The start of the page, in a list that is sorted by id. */
export const IdCursor = Type.Optional(Id(description))

/** The query of a list that is sorted by id and has no filters. */
export const IdPageQuery = Type.Object({ limit: PageLimit, cursor: IdCursor }, { additionalProperties: false })

/** The cursor of the next page. */
export const Next = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  description: 'The `cursor` of the next page; null on the last page.',
})
