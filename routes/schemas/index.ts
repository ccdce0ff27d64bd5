import { NewUser, User } from './account.ts'
import { OAuthError, Problem } from './problem.ts'
import { TokenRequest, TokenResponse } from './token.ts'

/** Every schema that the OpenAPI document names. */
export const shapes = [NewUser, OAuthError, Problem, TokenRequest, TokenResponse, User]
