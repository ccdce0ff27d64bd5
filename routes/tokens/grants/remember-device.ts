import { Type } from '@sinclair/typebox'

/** A parameter of the grants that check a second factor. */
export const rememberDevice = Type.Optional(
  Type.Unsafe<'true' | 'false'>({
    type: 'string',
    enum: ['true', 'false'],
    description:
      'With `true`, the `device_token` of the response replaces the second factor on this device for ' +
      '`REMEMBER_SECOND_FACTOR_DAYS`. Let the user choose, since a computer may be shared.',
    examples: ['false'],
  }),
)
