import type { Audit } from '../audit/index.ts'
import type { Config } from '../config/index.ts'
import type { Factors } from '../factors/index.ts'
import type { MailService } from '../mail/index.ts'
import type { OneTimeTokens } from '../one-time-tokens/index.ts'
import type { Passwords } from '../passwords/index.ts'
import type { Store } from '../store/index.ts'
import type { Throttling } from '../throttling/index.ts'
import type { Tokens } from '../tokens/index.ts'
import { createAuthenticate } from './authenticate.ts'
import { createChangeAccount } from './change-account.ts'
import { createChangePassword } from './change-password.ts'
import { createCheckPasskey } from './check-passkey.ts'
import { createCheckPassword } from './check-password.ts'
import { createCreateUser } from './create-user.ts'
import { createContinueSignIn } from './continue-sign-in.ts'
import { createDeleteAccount } from './delete-account.ts'
import { createEmailVerification } from './email-verification.ts'
import { createEnsureUser } from './ensure-user.ts'
import { createEraseAccount } from './erase-account.ts'
import { createExportAccount } from './export-account.ts'
import { createFinishSignIn } from './finish-sign-in.ts'
import { createMfaChallenge } from './mfa-challenge.ts'
import { createPasswordReset } from './password-reset.ts'
import { createPrepareUser } from './prepare-user.ts'
import { createRegister } from './register.ts'
import { createRememberedDevices } from './remembered-devices.ts'
import { createProofs } from './proofs.ts'
import { createReauthenticate } from './reauthenticate.ts'
import { createReplacePassword } from './replace-password.ts'
import { createRequestMail } from './request-mail.ts'
import { createSignIn } from './sign-in.ts'
import { createSignInWithPasskey } from './sign-in-with-passkey.ts'
import { createStartSession } from './start-session.ts'

interface Dependencies {
  config: Config
  store: Store
  audit: Audit
  mail: MailService
  tokens: Pick<Tokens, 'tokenIssuer' | 'sessions' | 'deviceTokens'>
  passwords: Passwords
  throttling: Throttling
  oneTimeTokens: OneTimeTokens
  factors: Factors
}

export type Accounts = ReturnType<typeof createAccounts>

/** Lets users register, sign in, recover, change, export and delete their own accounts. */
export function createAccounts({
  config,
  store,
  audit,
  mail,
  tokens,
  passwords,
  throttling,
  oneTimeTokens,
  factors,
}: Dependencies) {
  const { requireVerifiedEmail, usernames, now } = config
  const { notices, links } = mail
  const { tokenIssuer, sessions, deviceTokens } = tokens
  const { attempts, requestRates, knownLocations } = throttling
  const { secondFactors, resetFactors, passkeys, webauthn, mfaTokens, usedTokens } = factors
  const { redirects, mailedTokens, mailRequests, accountMail } = oneTimeTokens

  const prepareUser = createPrepareUser({ store, passwords, usernames, now })
  const eraseAccount = createEraseAccount({ accountMail, attempts, audit, now })
  const replacePassword = createReplacePassword({ sessions, attempts, knownLocations, accountMail, passkeys, now })
  const createUser = createCreateUser({ store, prepareUser, audit })
  const authenticate = createAuthenticate({ store, passwords, attempts })
  const checkPassword = createCheckPassword({ authenticate })
  const checkPasskey = createCheckPasskey({ store, passkeys, webauthn, attempts, audit })
  const requestMail = createRequestMail({
    store,
    requestRates,
    redirects,
    mailRequests,
    maxPerHour: config.mailRequestsPerHour,
  })
  const startSession = createStartSession({
    sessions,
    attempts,
    knownLocations,
    audit,
    notices,
    resetUrl: links.resetPassword,
  })
  const rememberedDevices = createRememberedDevices({
    rememberDays: config.rememberSecondFactorDays,
    secondFactorPolicy: config.requireSecondFactor,
    now,
  })
  const mfaChallenge = createMfaChallenge({
    store,
    secondFactors,
    mfaTokens,
    usedTokens,
    rememberedDevices,
    audit,
    notices,
    resetUrl: links.resetPassword,
  })
  const proofs = createProofs({ store, secondFactors, passkeys, mfaChallenge, attempts })
  const finishSignIn = createFinishSignIn({
    store,
    proofs,
    startSession,
    mfaChallenge,
    rememberedDevices,
    attempts,
    deviceTokens,
    tokenIssuer,
    audit,
    requireVerifiedEmail,
  })

  return {
    register: createRegister({
      store,
      passwords,
      prepareUser,
      isOpen: config.signup === 'open',
      usernames,
      requireVerifiedEmail,
      redirects,
      mailRequests,
      requestRates,
      knownLocations,
      audit,
      maxPerHour: config.registrationsPerHour,
    }),
    createUser,
    ensureUser: createEnsureUser({ store, createUser }),
    signIn: createSignIn({
      authenticate,
      proofs,
      mfaChallenge,
      finishSignIn,
      rememberedDevices,
      attempts,
      tokenIssuer,
    }),
    signInWithPasskey: createSignInWithPasskey({ checkPasskey, proofs, finishSignIn, tokenIssuer }),
    continueSignIn: createContinueSignIn({ mfaTokens, checkPasskey, proofs, finishSignIn, attempts, tokenIssuer }),
    reauthenticate: createReauthenticate({
      store,
      checkPassword,
      checkPasskey,
      proofs,
      sessions,
      tokenIssuer,
      attempts,
      audit,
    }),
    emailVerification: createEmailVerification({
      store,
      checkPassword,
      attempts,
      audit,
      mailedTokens,
      accountMail,
      requestMail,
      now,
    }),
    passwordReset: createPasswordReset({
      store,
      attempts,
      knownLocations,
      audit,
      passwords,
      replacePassword,
      resetFactors,
      mailedTokens,
      accountMail,
      requestMail,
    }),
    changePassword: createChangePassword({
      store,
      checkPassword,
      passwords,
      replacePassword,
      attempts,
      knownLocations,
      deviceTokens,
      sessions,
      audit,
      tokenIssuer,
    }),
    changeAccount: createChangeAccount({
      store,
      checkPassword,
      attempts,
      redirects,
      mailRequests,
      accountMail,
      audit,
      requireVerifiedEmail,
      now,
    }),
    exportAccount: createExportAccount({ store, listFactors: factors.listFactors, passkeys, audit }),
    deleteAccount: createDeleteAccount({ store, checkPassword, attempts, eraseAccount }),
    /** For administrators, who delete other users' accounts. */
    eraseAccount,
  }
}
