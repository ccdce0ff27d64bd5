export { countFactors, countUsersOfCodes } from './count-factors.ts'
export { createFactors, type Factors, sealedTables } from './factors.ts'
export type { ListedFactors, ListFactors } from './list-factors.ts'
export { invalidMfaToken, type MfaToken, type MfaTokens, type UnfinishedSignIn } from './mfa-tokens.ts'
export { noSuchPasskey, type OwnPasskeys, tooManyPasskeys } from './own-passkeys.ts'
export { maxTotpDevices, noSuchDevice, type OwnTotp, tooManyDevices } from './own-totp.ts'
export type { ChallengePurpose } from './passkey-challenges.ts'
export { type Passkey, type Passkeys, unknownPasskey } from './passkeys.ts'
export { needsUserVerification } from './request-passkey.ts'
export { findForeignFactors } from './reseal.ts'
export type { ResetFactors } from './reset-factors.ts'
export { invalidOtp, type SecondFactor, type SecondFactors } from './second-factors.ts'
export { haveSameCodes, readTotpSecret, splitTotpSecrets } from './totp-codes.ts'
export type { NewTotpDevice, TotpDevice } from './totp-devices.ts'
export { createTotpSecrets, type TotpSecrets } from './totp-secrets.ts'
export type { UsedTokens } from './used-tokens.ts'
export {
  type AuthenticationResponse,
  invalidPasskey,
  type RegistrationResponse,
  type VerifiedPasskey,
  type Webauthn,
} from './webauthn.ts'
