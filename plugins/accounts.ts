import fp from 'fastify-plugin'
import { createAccountChanging, type AccountChanging } from '../src/accounts/account-change.ts'
import { createAccountDeletion, type AccountDeletion } from '../src/accounts/account-deletion.ts'
import { createCodes, type Codes } from '../src/accounts/codes.ts'
import { createCorrespondence } from '../src/accounts/correspondence.ts'
import { createCredentials } from '../src/accounts/credentials.ts'
import { createMailRequests, type MailRequests } from '../src/accounts/mail-requests.ts'
import { createPasswordChange, type PasswordChange } from '../src/accounts/password-change.ts'
import { createPasswordReplacement } from '../src/accounts/password-replacement.ts'
import { createPersonalData, type PersonalData } from '../src/accounts/personal-data.ts'
import { createRecovery, type Recovery } from '../src/accounts/recovery.ts'
import { createRegistration, type Registration } from '../src/accounts/registration.ts'
import { createSignIn, type SignIn } from '../src/accounts/sign-in.ts'
import { createVerification, type Verification } from '../src/accounts/verification.ts'

declare module 'fastify' {
  interface FastifyInstance {
    accountChanging: AccountChanging
    accountDeletion: AccountDeletion
    codes: Codes
    mailRequests: MailRequests
    passwordChange: PasswordChange
    personalData: PersonalData
    recovery: Recovery
    registration: Registration
    signIn: SignIn
    verification: Verification
  }
}

/** What people do with accounts. */
export default fp(async (app) => {
  const { config, grants, audit, masterKey, notices, outbox, passwordRules, passwords, sessions, store } = app
  const { issuer, now, requireVerifiedEmail, signup } = config

  const credentials = createCredentials({ store, passwords })
  const codes = createCodes({ store, masterKey, now })
  const mailRequests = createMailRequests({ store, masterKey, now })
  const correspondence = createCorrespondence({ outbox, notices, codes, issuer, now })
  const registration = createRegistration({ store, passwords, passwordRules, mailRequests, isOpen: signup === 'open', requireVerifiedEmail, now })
  const signIn = createSignIn({ credentials, sessions, audit, grants, requireVerifiedEmail })
  const verification = createVerification({ store, credentials, codes, mailRequests, correspondence, now })
  const passwordReplacement = createPasswordReplacement({ sessions, correspondence, now })
  const recovery = createRecovery({ store, credentials, passwords, passwordRules, passwordReplacement, codes, mailRequests, correspondence })
  const passwordChange = createPasswordChange({ store, credentials, passwords, passwordRules, passwordReplacement, sessions, grants })
  const accountChanging = createAccountChanging({ store, credentials, mailRequests, correspondence, requireVerifiedEmail, now })
  const accountDeletion = createAccountDeletion({ store, credentials, correspondence, now })
  const personalData = createPersonalData({ store })

  app.decorate('codes', { getter: () => codes })
  app.decorate('mailRequests', { getter: () => mailRequests })
  app.decorate('registration', { getter: () => registration })
  app.decorate('signIn', { getter: () => signIn })
  app.decorate('verification', { getter: () => verification })
  app.decorate('recovery', { getter: () => recovery })
  app.decorate('passwordChange', { getter: () => passwordChange })
  app.decorate('accountChanging', { getter: () => accountChanging })
  app.decorate('accountDeletion', { getter: () => accountDeletion })
  app.decorate('personalData', { getter: () => personalData })
}, { name: 'latchkey-accounts', dependencies: ['latchkey-store', 'latchkey-jwt', 'latchkey-passwords', 'latchkey-sessions', 'latchkey-mail'] })
