export type { Brand, Letter } from './layout.ts'
export { type Addressee, byStrangers, createNotices, isVerified, type Notices, onceADay } from './notices.ts'
export { createOutbox, type Outbox, type Trouble } from './outbox.ts'
export {
  type About,
  accountDeleted,
  accountLocked,
  addressClaimed,
  attemptsFailed,
  type Doer,
  emailChanged,
  invitation,
  newDevice,
  passwordChanged,
  locationLocked,
  type Proof,
  resetPassword,
  resetStarted,
  sessionStolen,
  verifyEmail,
} from './templates.ts'
export { createFileTransport, createSmtpTransport, type Mail, type SendMail, verifySmtp } from './transport.ts'
export { createMailService, createTransport, type MailService } from './mail-service.ts'
