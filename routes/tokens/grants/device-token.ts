import { Type } from '@sinclair/typebox'

/** A parameter that the grants for users share. */
export const deviceToken = Type.Optional(
  Type.String({
    format: 'password',
    maxLength: 1024,
    description:
      'The `device_token` from the last sign-in on this device. With `password`, the failed attempts of others do ' +
      'not delay or lock this device, and a remembered device needs no second factor. With `refresh_token`, a ' +
      'refresh whose response was lost can be repeated for a day.',
    examples: [''],
  }),
)
