import { Type } from '@sinclair/typebox'
import { noSuchPasskey } from '../../src/factors/index.ts'
import { Id } from '../schemas/id.ts'
import type { ErrorMeaning } from '../schemas/error-meanings.ts'

export const PasskeyId = Type.Object({
  id: Id('The id of the passkey.'),
})

/** 404: the user has no such passkey. */
export const noPasskey: ErrorMeaning = {
  code: 'not_found',
  description: 'You have no such passkey (`not_found`).',
  detail: noSuchPasskey,
}
