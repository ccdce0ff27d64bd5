import { type AuthenticationContext, levelOf } from './methods.ts'
import { isAdministration, ownScope } from './scopes.ts'

/** Which accounts must have a second factor: those with an administration scope, or all. */
export type SecondFactorPolicy = 'off' | 'administrators' | 'all'

/** An account, and how its user authenticated. */
interface AuthenticatedAccount extends Pick<AuthenticationContext, 'methods'> {
  /** The scopes of the account. */
  accountScopes: string[]
  hasSecondFactor: boolean
}

/** Whether an account with these scopes must have a second factor. */
export function mustHaveSecondFactor(policy: SecondFactorPolicy, accountScopes: string[]): boolean {
  return policy === 'all' || (policy === 'administrators' && accountScopes.some(isAdministration))
}

/** Whether an account must have a second factor and has none, or the session was authenticated without it. */
export function lacksSecondFactor(
  policy: SecondFactorPolicy,
  { accountScopes, hasSecondFactor, methods }: AuthenticatedAccount,
): boolean {
  return mustHaveSecondFactor(policy, accountScopes) && !(hasSecondFactor && levelOf({ methods }) === 'aal2')
}

/** Cuts scopes to what adding a second factor needs: the user's own account. */
export function cutToOwnAccount(scopes: string[]): string[] {
  return scopes.filter((scope) => scope === ownScope)
}
