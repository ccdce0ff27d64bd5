import { Type } from '@sinclair/typebox'

/** A parameter of the grants for users. */
export const deviceToken = Type.Optional(
  Type.String({
    format: 'password',
    maxLength: 1024,
    description:
      'The `device_token` of the last sign-in on this device. With `password`, failed attempts of others do not ' +
      'hold this device up. With `refresh_token`, a refresh whose response was lost can be repeated for a day.',
    examples: [''],
  }),
)
