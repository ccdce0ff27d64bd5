export { readArgon2Build } from './argon2-build.ts'
export { commonPasswordsFile, entryBytes, entryOf, foldPassword, readCommonPasswords } from './common-passwords.ts'
export {
  convertFirebaseHash,
  type FirebaseParameters,
  isFirebaseHash,
  readFirebaseParameters,
} from './formats/firebase.ts'
export { faultOfHash } from './formats/formats.ts'
export { createHashQueue, type HashQueue, type HashRequest, hashRequestOf, type OnHash } from './hash-queue.ts'
export { createHashing } from './hashing.ts'
export { createPasswords, type Passwords } from './passwords.ts'
export { createPasswordRules } from './rules.ts'
