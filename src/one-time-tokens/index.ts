export { type Correspondence, createCorrespondence } from './account-mail.ts'
export { idOfLinkToken, isSameSecret, newLinkToken } from './link-token.ts'
export { createMailRequests, type MailRequests } from './mail-requests.ts'
export { type Codes, createCodes, invalidCode, type Shown } from './one-time-tokens.ts'
