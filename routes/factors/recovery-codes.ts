import { Type } from '@sinclair/typebox'

export const recoveryCodesExample = ['k3vq-7zt2-mx4p-a5hd', 'w2nb-6ryc-uj7e-q4gs']

export const FirstRecoveryCodes = Type.Optional(
  Type.Array(Type.String(), {
    description: 'Ten recovery codes, if this is your first second factor. No other response contains them.',
  }),
)
