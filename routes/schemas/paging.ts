import { Type } from '@sinclair/typebox'

/** How many of a list are shown at once. */
export const Limit = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 200, default: 50, description: 'So many at most.' }),
)

export const defaultLimit = 50

const goingOn = 'What `next` was in the answer before; without it the list begins.'

/** From where on a list goes on. */
export const Cursor = Type.Optional(Type.String({ format: 'text', minLength: 1, maxLength: 64, description: goingOn }))

/** The same of a list that is ordered by id. */
export const IdCursor = Type.Optional(Type.String({ format: 'uuid', description: goingOn }))

export const Next = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  description: 'The `cursor` of what follows; null where nothing does.',
})

export { paginate } from '../../src/lib/paginate.ts'
