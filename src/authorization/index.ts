export { demandRequiredSecondFactor, demandScopes, InsufficientScope, invalidToken, wrongSubject } from './errors.ts'
export { acceptScopes } from './granted-scopes.ts'
export {
  type AssuranceLevel,
  assuranceLevels,
  type AuthenticationContext,
  type AuthenticationMethod,
  combineMethods,
  contextClaimsOf,
  levelOf,
  methodsOf,
} from './methods.ts'
export {
  awaitTurn,
  type Caller,
  claimRights,
  demandReach,
  isWithinReach,
  operator,
  type Rights,
} from './permissions.ts'
export {
  type Account,
  type Client,
  type ClientPrincipal,
  type ConfidentialClient,
  isClient,
  type Principal,
  type PublicClient,
  type Subject,
} from './principal.ts'
export { isSessionActive } from './is-session-active.ts'
export {
  type AuthenticationRequirement,
  defaultMaxAge,
  demandRecentAuthentication,
  demandRecentSecondFactor,
} from './recent-authentication.ts'
export {
  administrationScopes,
  cutScopes,
  grantScopes,
  isAdministration,
  isScope,
  ownScope,
  scopesOf,
} from './scopes.ts'
export {
  cutToOwnAccount,
  lacksSecondFactor,
  mustHaveSecondFactor,
  type SecondFactorPolicy,
} from './second-factor-policy.ts'
