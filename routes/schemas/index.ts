import { NewUser, User } from './account.ts'
import { FieldError, OAuthError, Problem } from './problem.ts'
import { TokenRequest, TokenResponse } from './token.ts'

/** Every schema that the OpenAPI document names. */
export const shapes = [FieldError, NewUser, OAuthError, Problem, TokenRequest, TokenResponse, User]
