import { type Static, Type } from '@sinclair/typebox'
import type { ErrorMeaning } from '../schemas/problem.ts'

export const UserId = Type.Object({ id: Type.String({ format: 'uuid', description: 'The user’s.' }) })

/** The id in lower case, as it is stored. */
export function userIdOf({ params }: { params: Static<typeof UserId> }): string {
  return params.id.toLowerCase()
}

/** 404: no user has this id. */
export const noSuchUser: ErrorMeaning = { code: 'not_found', detail: 'There is no such user.' }

/** 403: the user has scopes that the caller lacks. */
export const beyondUser: ErrorMeaning = {
  code: 'insufficient_scope',
  description: 'The access token lacks a scope that is needed, or an administration scope of the user.',
  detail: 'The user has administration scopes that the access token lacks.',
}
