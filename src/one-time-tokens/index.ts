export type { AccountMail } from './account-mail.ts'
export { idOfLinkToken, isSameSecret, newLinkToken } from './link-token.ts'
export type { MailRequest, MailRequests, RequestedAccount } from './mail-requests.ts'
export {
  type CheckedToken,
  invalidCode,
  type MailedTokens,
  type PresentedToken,
  type Purpose,
} from './mailed-tokens.ts'
export type { Redirects } from './redirects.ts'
export { createOneTimeTokens, type OneTimeTokens } from './one-time-tokens.ts'
