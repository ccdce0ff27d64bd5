export { createMailService, createTransport, type MailOptions, type MailService } from './mail-service.ts'
export { type Addressee, createNotices, dailyMailLimit, hourlyMailLimit, isVerified, type Notices } from './notices.ts'
export { createOutbox, type DeliveryFailure, type Outbox } from './outbox.ts'
export type { Brand, Message } from './render-message.ts'
export {
  accountDeleted,
  accountLocked,
  addressClaimed,
  attemptsFailed,
  type ChangedBy,
  emailChanged,
  invitation,
  type LinkAndCode,
  locationLocked,
  type MessageContext,
  newDevice,
  passwordChanged,
  resetPassword,
  resetStarted,
  sessionStolen,
  verifyEmail,
} from './templates.ts'
export { type Mail, type SendMail, verifySmtp } from './transport.ts'
