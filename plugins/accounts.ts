import fp from 'fastify-plugin'
import {
  type AccountChanging,
  type AccountCreation,
  type AccountDeletion,
  createAccountChanging,
  createAccountCreation,
  createAccountDeletion,
  createAccountRemoval,
  createPasswordChange,
  createPasswordReplacement,
  createPersonalData,
  createRecovery,
  createRegistration,
  createSignIn,
  createVerification,
  type PasswordChange,
  type PersonalData,
  type Recovery,
  type Registration,
  type SignIn,
  type Verification,
} from '../src/accounts/index.ts'
import {
  type Administration,
  createAdministration,
  createFirstAdministrator,
  createInvitationAcceptance,
  createInvitations,
  createUserChanging,
  type FirstAdministrator,
  type InvitationAcceptance,
  type Invitations,
  type UserChanging,
} from '../src/administration/index.ts'
import {
  type Codes,
  createCodes,
  createCorrespondence,
  createMailRequests,
  type MailRequests,
} from '../src/one-time-tokens/index.ts'
import {
  type Attempts,
  createAttempts,
  createCredentials,
  createDeviceTokens,
  createGuarding,
  createPlaces,
  type Places,
} from '../src/throttling/index.ts'
import { createUserListing, type UserListing } from '../src/users/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    accountChanging: AccountChanging
    accountCreation: AccountCreation
    accountDeletion: AccountDeletion
    administration: Administration
    attempts: Attempts
    codes: Codes
    firstAdministrator: FirstAdministrator
    invitationAcceptance: InvitationAcceptance
    invitations: Invitations
    mailRequests: MailRequests
    passwordChange: PasswordChange
    personalData: PersonalData
    places: Places
    recovery: Recovery
    registration: Registration
    signIn: SignIn
    userChanging: UserChanging
    userListing: UserListing
    verification: Verification
  }
}

/** What people do with accounts. */
export default fp(
  async (app) => {
    const {
      audit,
      config,
      grants,
      hashingGate: gate,
      masterKey,
      notices,
      outbox,
      passwordRules,
      passwords,
      sessions,
      store,
    } = app
    const {
      accountFailures: mostInARow,
      issuer,
      mailRequestsPerHour,
      now,
      registrationsPerHour,
      requireVerifiedEmail,
      signInAttempts,
      signInFailuresPerHour,
      signup,
    } = config

    const codes = createCodes({ store, masterKey, now })
    const mailRequests = createMailRequests({ store, masterKey, now })
    const correspondence = createCorrespondence({ outbox, notices, codes, issuer, now })
    const { resetUrl } = correspondence

    // Who may try, and how often.
    const deviceTokens = createDeviceTokens({ masterKey, now })
    const places = createPlaces({ store, deviceTokens, now })
    const attempts = createAttempts({
      store,
      masterKey,
      limits: { free: signInAttempts, perHour: signInFailuresPerHour, inARow: mostInARow },
      now,
    })
    const guarding = createGuarding({ store, gate, attempts, places, audit, notices, resetUrl, mostInARow, now })
    const credentials = createCredentials({ store, passwords, guarding })

    const accountCreation = createAccountCreation({ store, passwords, audit, now })
    const registration = createRegistration({
      accountCreation,
      passwordRules,
      mailRequests,
      attempts,
      guarding,
      audit,
      isOpen: signup === 'open',
      requireVerifiedEmail,
      mostPerHour: registrationsPerHour,
    })
    const signIn = createSignIn({
      store,
      credentials,
      places,
      deviceTokens,
      sessions,
      audit,
      notices,
      grants,
      resetUrl,
      requireVerifiedEmail,
      now,
    })
    const verification = createVerification({
      store,
      credentials,
      guarding,
      attempts,
      audit,
      codes,
      mailRequests,
      correspondence,
      mostPerHour: mailRequestsPerHour,
      now,
    })
    const passwordReplacement = createPasswordReplacement({ sessions, attempts, places, correspondence, now })
    const recovery = createRecovery({
      store,
      credentials,
      guarding,
      attempts,
      audit,
      passwords,
      passwordRules,
      passwordReplacement,
      codes,
      mailRequests,
      correspondence,
      mostPerHour: mailRequestsPerHour,
    })
    const passwordChange = createPasswordChange({
      store,
      credentials,
      passwords,
      passwordRules,
      passwordReplacement,
      places,
      deviceTokens,
      sessions,
      audit,
      grants,
    })
    const accountChanging = createAccountChanging({
      store,
      credentials,
      mailRequests,
      correspondence,
      audit,
      requireVerifiedEmail,
      now,
    })
    const accountRemoval = createAccountRemoval({ correspondence, attempts, audit, now })
    const accountDeletion = createAccountDeletion({ store, credentials, accountRemoval })
    const userListing = createUserListing({ store, mostInARow, now })
    const userChanging = createUserChanging({
      store,
      sessions,
      mailRequests,
      correspondence,
      audit,
      requireVerifiedEmail,
      now,
    })
    const administration = createAdministration({ store, sessions, accountRemoval, correspondence, attempts, audit })
    const invitations = createInvitations({ store, masterKey, audit, notices, issuer, now })
    const invitationAcceptance = createInvitationAcceptance({
      store,
      invitations,
      passwords,
      passwordRules,
      mailRequests,
      audit,
      requireVerifiedEmail,
      now,
    })
    const firstAdministrator = createFirstAdministrator({ store, invitations })
    const personalData = createPersonalData({ store })

    app.decorate('attempts', { getter: () => attempts })
    app.decorate('places', { getter: () => places })
    app.decorate('codes', { getter: () => codes })
    app.decorate('mailRequests', { getter: () => mailRequests })
    app.decorate('accountCreation', { getter: () => accountCreation })
    app.decorate('registration', { getter: () => registration })
    app.decorate('signIn', { getter: () => signIn })
    app.decorate('verification', { getter: () => verification })
    app.decorate('recovery', { getter: () => recovery })
    app.decorate('passwordChange', { getter: () => passwordChange })
    app.decorate('accountChanging', { getter: () => accountChanging })
    app.decorate('accountDeletion', { getter: () => accountDeletion })
    app.decorate('invitations', { getter: () => invitations })
    app.decorate('invitationAcceptance', { getter: () => invitationAcceptance })
    app.decorate('firstAdministrator', { getter: () => firstAdministrator })
    app.decorate('userListing', { getter: () => userListing })
    app.decorate('userChanging', { getter: () => userChanging })
    app.decorate('administration', { getter: () => administration })
    app.decorate('personalData', { getter: () => personalData })
  },
  {
    name: 'latchkey-accounts',
    dependencies: [
      'latchkey-store',
      'latchkey-audit',
      'latchkey-jwt',
      'latchkey-passwords',
      'latchkey-sessions',
      'latchkey-mail',
    ],
  },
)
