export { toAccount } from './account.ts'
export {
  administratorScope,
  countAdministrators,
  demandAdministrator,
  hasAdministrator,
  noSuchUser,
} from './administrators.ts'
export { acceptEmail, claimOf, emailTaken, isAddressFree, isSameMailbox } from './email-addresses.ts'
export { aboutUser, findUser, selectUser, type UserClaim } from './find-user.ts'
export { toAccountJson, toUserJson } from './json.ts'
export { correctCount, createUserListing, type ManagedUser, type UserCount, type UserFilter } from './list-users.ts'
export { lockUserRow } from './lock-user-row.ts'
export {
  acceptName,
  demandFreeUsername,
  emailColumns,
  insertUser,
  nameColumns,
  type NewUserRow,
  type Profile,
  toUserRow,
} from './rows.ts'
export {
  accountNameOf,
  acceptUsername,
  demandIdentifier,
  noUsername,
  retiredNameOf,
  usernameColumns,
  usernameOf,
  type UsernamePolicy,
} from './usernames.ts'
