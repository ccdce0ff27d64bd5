import { type Static, Type } from '@sinclair/typebox'
import { Id } from '../schemas/id.ts'
import { beyondReach, type ErrorMeaning } from '../schemas/error-meanings.ts'

export const UserId = Type.Object({ id: Id('The id of the user.') })

/** The id in lower case, as it is stored. */
export function userIdOf({ params }: { params: Static<typeof UserId> }): string {
  return params.id.toLowerCase()
}

/** 404: no user has this id. */
export const noSuchUser: ErrorMeaning = {
  code: 'not_found',
  description: 'The user does not exist (`not_found`).',
  detail: 'There is no such user.',
}

/** 403: the user has scopes that the caller lacks. */
export const beyondUser = beyondReach('user')
