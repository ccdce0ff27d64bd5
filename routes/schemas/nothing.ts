import { Type } from '@sinclair/typebox'

/** An answer without a body. */
export const Nothing = (description: string) => Type.Unsafe<undefined>({ type: 'null', description })
