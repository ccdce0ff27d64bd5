export { endsOf, sealPurpose } from './key-pairs.ts'
export { type JwtKey, type JwtLibrary, noJwt } from './jwt-library.ts'
export type { KeyRing } from './key-ring.ts'
export { createKeys, type Keys } from './keys.ts'
export { createMasterKey, type MasterKey } from './master-key.ts'
export {
  keyTypeOf,
  hasKeyOf,
  isOpenedBy,
  openKeys,
  openMasterKey,
  requireNewMasterKey,
  resetKeys,
} from './open-keys.ts'
export { type RevokedCounts, revokeAfterRestore } from './revoke-everything.ts'
export { createSecrets } from './secrets.ts'
export { describeKeys, type SigningKey, type Stage } from './signing-keys.ts'
