import type { CommonValues, LinkAndCode, MailedPasskey, MailKind, MailValues, ValuesOf } from './kinds.ts'
import type { Message } from './render-message.ts'

function verifyEmail(values: MailValues['verify_email']): Message {
  return {
    subject: `Verify your e-mail address for ${values.product}`,
    opening: [
      `Please verify that this is the e-mail address of ${accountOf(values)}. The page asks for your ` +
        `${values.product} password:`,
    ],
    link: { label: 'Verify e-mail address', url: values.link },
    code: values.code,
    closing: [
      expiryOf(values),
      'If this isn’t your account, someone probably entered your address by mistake. They can’t verify it without ' +
        'this e-mail. You can ignore it, or open the link and tell us that the account isn’t yours.',
    ],
  }
}

/** Notifies the user who has verified an address that another account claims it. */
function addressClaimed(values: MailValues['address_claimed']): Message {
  return {
    subject: `Your e-mail address was used for another ${values.product} account`,
    opening: [
      `Someone entered your e-mail address for another ${values.product} account. The address stays with ` +
        `${accountOf(values)}, and the other account can’t verify it.`,
    ],
    closing: [
      'If this was you, sign in to the account you already have, or use a different address for the other one. If it ' +
        'wasn’t, you don’t need to do anything.',
    ],
  }
}

function invitation(values: MailValues['invitation']): Message {
  return {
    subject: `You’re invited to ${values.product}`,
    opening: [`You’ve been invited to create a ${values.product} account. Set it up on this page:`],
    link: { label: 'Create your account', url: values.link },
    closing: [
      `The link works once and expires at ${timeOf(values.linkExpiresAt)}. Don’t forward this e-mail: anyone with ` +
        'the link can create the account.',
      'If you don’t know what this is about, you can ignore this e-mail.',
    ],
  }
}

function resetPassword(values: MailValues['reset_password']): Message {
  return {
    subject: `Reset your ${values.product} password`,
    opening: [
      `Someone, probably you, asked to reset the password of ${accountOf(values)}. You can set a new one on this page:`,
    ],
    link: { label: 'Set a new password', url: values.link },
    code: values.code,
    closing: [
      expiryOf(values),
      'If this wasn’t you, you can ignore this e-mail: your password stays the same. Don’t share the link or the ' +
        'code with anyone, even if they say they’re from support.',
    ],
  }
}

/** Sent when an administrator resets the password. */
function resetStarted(values: MailValues['reset_started']): Message {
  return {
    subject: `Reset your ${values.product} password`,
    opening: [
      `An administrator has asked you to set a new password for ${accountOf(values)}. You can do so on this page:`,
    ],
    link: { label: 'Set a new password', url: values.link },
    code: values.code,
    closing: [
      expiryOf(values),
      'Your current password stays valid until you set a new one. Don’t share the link or the code with anyone. ' +
        'Administrators never need them.',
    ],
  }
}

function passwordChanged(values: MailValues['password_changed']): Message {
  return {
    subject: `Your ${values.product} password was changed`,
    opening: [
      `The password of ${accountOf(values)} was changed at ${timeOf(values.at)}. All other devices were signed out.`,
      'If this was you, you don’t need to do anything. If it wasn’t, someone else can use your account. Request ' +
        'a password reset now:',
    ],
    link: { label: 'Reset your password', url: values.resetUrl },
    closing: survivorsOf(values),
  }
}

function survivorsOf({ product, passkeys, areFactorsRemoved }: MailValues['password_changed']): string[] {
  if (areFactorsRemoved) {
    return [
      'This e-mail address wasn’t verified, so someone else may have added second factors to the account. We removed ' +
        'them all, with the recovery codes. Sign in with the new password, then add your own.',
    ]
  }
  if (passkeys.length === 0) return []
  return [
    'A new password doesn’t remove passkeys. These were added earlier and still work: ' +
      `${listPasskeys(passkeys)}. If you don’t recognize one, remove it from your account, or contact the people who ` +
      `run ${product}.`,
  ]
}

/** Notifies the previous address. The new one is not disclosed. */
function emailChanged(values: MailValues['email_changed']): Message {
  const { product, byAdministrator } = values
  return {
    subject: `Your ${product} e-mail address was changed`,
    opening: [
      `The e-mail address of ${accountOf(values)} was changed at ${timeOf(values.at)} by ${changerOf(values)}. We no ` +
        'longer send e-mails about the account to this address.',
      byAdministrator
        ? 'If you asked for this, or if the account isn’t yours, you don’t need to do anything. Otherwise, contact ' +
          `the people who run ${product}.`
        : 'If this was you, or if the account isn’t yours, you don’t need to do anything. Otherwise, someone else is ' +
          `using your account. Contact the people who run ${product}.`,
    ],
    closing: [],
  }
}

function newDevice(values: MailValues['new_device']): Message {
  return {
    subject: `New sign-in to your ${values.product} account`,
    opening: [
      `Someone signed in to ${accountOf(values)}${values.isPasskey ? ' with a passkey' : ''} from a new device or ` +
        `network at ${timeOf(values.at)}:`,
      placeOf(values),
      'If this was you, you don’t need to do anything. If it wasn’t, someone else can use your account. Reset your ' +
        'password now, which also signs out all devices:',
    ],
    link: { label: 'Reset your password', url: values.resetUrl },
    closing: values.isPasskey
      ? ['Then sign in and remove the passkey that was used: a new password doesn’t do that.']
      : [],
  }
}

function attemptsFailed(values: MailValues['failed_attempts']): Message {
  return {
    subject: `Failed sign-ins to your ${values.product} account`,
    opening: [
      attemptsOf(values),
      'If this was you, wait a while before you try again. If it wasn’t, someone is guessing your password. They ' +
        'haven’t succeeded, and each attempt makes them wait longer, so you don’t need to do anything. A long ' +
        'password that you don’t use anywhere else protects you best.',
    ],
    closing: [],
  }
}

function accountLocked(values: MailValues['account_locked']): Message {
  return {
    subject: `Your ${values.product} account is locked on new devices`,
    opening: [
      `${attemptsOf(values)} To protect your account, we now reject the password on devices and networks you haven’t ` +
        'used recently.',
      'You can still sign in on those you usually use. To sign in anywhere else, set a new password:',
    ],
    link: { label: 'Reset your password', url: values.resetUrl },
    closing: [],
  }
}

/** Sent when one known device or network is locked. Attempts from elsewhere do not count there. */
function locationLocked(values: MailValues['location_locked']): Message {
  return {
    subject: `Your ${values.product} account is locked on one of your devices or networks`,
    opening: [
      `${attemptsOf(values)} The attempts came from a device or network that you sign in from. To protect your ` +
        'account, we now reject the password there. You can still sign in everywhere else.',
      'If this wasn’t you, someone on your network or with access to your device is guessing your password. To sign ' +
        'in there again, set a new one:',
    ],
    link: { label: 'Reset your password', url: values.resetUrl },
    closing: [],
  }
}

function factorAdded(values: MailValues['factor_added']): Message {
  const factor = values.isPasskey ? 'passkey' : 'authenticator app'
  return {
    subject: `A second factor was added to your ${values.product} account`,
    opening: [
      `${factorOf(values)} was added to ${accountOf(values)} at ${timeOf(values.at)}. From now on, we ask ` +
        'for a second factor when you sign in with your password.',
      'If this was you, keep your recovery codes in a safe place. If it wasn’t, someone else can use your account. ' +
        'Reset your password now, which also signs out all devices:',
    ],
    link: { label: 'Reset your password', url: values.resetUrl },
    closing: [
      `Then sign in and remove the ${factor}: a new password doesn’t do that. If we ask you for a second factor that ` +
        `you don’t have, contact the people who run ${values.product}. They can remove all second factors of the ` +
        'account.',
    ],
  }
}

const stillShown = ' Your device still shows the passkey until you delete it there.'

function factorRemoved(values: MailValues['factor_removed']): Message {
  return {
    subject: `A second factor was removed from your ${values.product} account`,
    opening: [
      `${factorOf(values)} was removed from ${accountOf(values)} at ${timeOf(values.at)}. We no longer accept it. ` +
        `All other devices were signed out.${values.isPasskey ? stillShown : ''}`,
      ...(values.isLast
        ? ['It was the last one. You now sign in with your password alone, and your recovery codes no longer work.']
        : []),
      'If this was you, you don’t need to do anything. If it wasn’t, someone else can use your account. Reset your ' +
        'password now, which also signs out all devices:',
    ],
    link: { label: 'Reset your password', url: values.resetUrl },
    closing: values.isLast ? ['Then add a second factor again.'] : [],
  }
}

/** Sent when an administrator removes all second factors. */
function factorsReset(values: MailValues['factors_reset']): Message {
  return {
    subject: `Your second factors were removed from your ${values.product} account`,
    opening: [
      `An administrator removed all second factors and recovery codes from ${accountOf(values)} at ` +
        `${timeOf(values.at)}. All devices were signed out. You can sign in with your password alone, and add a new ` +
        'second factor.',
      `If you didn’t ask for this, contact the people who run ${values.product}.`,
    ],
    closing: [],
  }
}

function factorOf({ isPasskey }: { isPasskey: boolean }) {
  return isPasskey ? 'A passkey' : 'An authenticator app'
}

function recoveryCodesReplaced(values: MailValues['recovery_codes_replaced']): Message {
  return {
    subject: `New recovery codes for your ${values.product} account`,
    opening: [
      `New recovery codes were created for ${accountOf(values)} at ${timeOf(values.at)}. The previous ones no longer ` +
        'work.',
      'If this was you, keep the new ones in a safe place. If it wasn’t, someone else can use your account. Reset ' +
        'your password now, which also signs out all devices:',
    ],
    link: { label: 'Reset your password', url: values.resetUrl },
    closing: [thenReplaceCodes],
  }
}

function recoveryCodeUsed(values: MailValues['recovery_code_used']): Message {
  const { codesLeft } = values
  const left = codesLeft === 0 ? 'none left' : codesLeft === 1 ? 'one left' : `${codesLeft} left`
  const advice = codesLeft === 0 ? ' Create new ones now.' : codesLeft <= fewCodes ? ' Create new ones soon.' : ''
  return {
    subject: `A recovery code of your ${values.product} account was used`,
    opening: [
      `A recovery code was used for ${accountOf(values)} at ${timeOf(values.at)}. You have ${left}.${advice}`,
      'If this was you, you don’t need to do anything else. If it wasn’t, someone has one of your recovery codes. ' +
        'Reset your password now, which also signs out all devices:',
    ],
    link: { label: 'Reset your password', url: values.resetUrl },
    closing: [thenReplaceCodes],
  }
}

const thenReplaceCodes = 'Then sign in and create new recovery codes: a new password doesn’t replace them.'

/** Sent some minutes later, unless the sign-in was finished with the second factor. */
function signInUnfinished(values: MailValues['sign_in_unfinished']): Message {
  return {
    subject: `Someone entered your ${values.product} password`,
    opening: [
      `Someone entered the correct password of ${accountOf(values)} on a new device or network at ` +
        `${timeOf(values.at)}, but not the second factor:`,
      placeOf(values),
      'They aren’t signed in. If this was you, you don’t need to do anything. If it wasn’t, someone else knows your ' +
        'password. Set a new one now:',
    ],
    link: { label: 'Reset your password', url: values.resetUrl },
    closing: [],
  }
}

function codesFailed(values: MailValues['failed_codes']): Message {
  return {
    subject: `Wrong codes for your ${values.product} account`,
    opening: [
      wrongCodesOf(values),
      'If this was you, wait a while before you try again. If it wasn’t, they haven’t succeeded, but they know your ' +
        'password or use one of your sessions. Reset your password now, which also signs out all devices:',
    ],
    link: { label: 'Reset your password', url: values.resetUrl },
    closing: [],
  }
}

function codesLocked(values: MailValues['codes_locked']): Message {
  const [where, elsewhere, there] = values.isKnownLocation
    ? ['on the device or network that they came from, which is one of yours', 'everywhere else', 'there']
    : ['on devices and networks you haven’t used recently', 'on those you usually use', 'anywhere else']
  return {
    subject: `Codes are locked for your ${values.product} account`,
    opening: [
      `${wrongCodesOf(values)} To protect your account, one correct code is no longer enough ${where}.`,
      `You can still use codes ${elsewhere}. To sign in ${there}, enter three codes in a row, each as soon as your ` +
        'app shows it, or one recovery code.',
      'If you didn’t enter the wrong codes, someone knows your password or uses one of your sessions. Reset your ' +
        'password now, which also signs out all devices:',
    ],
    link: { label: 'Reset your password', url: values.resetUrl },
    closing: [
      'A new password doesn’t unlock codes, so you may need three codes or a recovery code the next time you sign in.',
    ],
  }
}

/** Sent when a session is ended because its refresh token was used twice. */
function sessionEnded(values: MailValues['session_ended']): Message {
  return {
    subject: `A device was signed out of your ${values.product} account`,
    opening: [
      `One of the devices signed in to ${accountOf(values)} was signed out at ${timeOf(values.at)}. Its session was ` +
        'used in a way that suggests someone has copied it.',
      'Sign in again on that device. If you haven’t restored the device from a backup, which has the same effect, ' +
        'check it for malware and set a new password.',
    ],
    closing: [],
  }
}

function accountDeleted(values: MailValues['account_deleted']): Message {
  return {
    subject: `Your ${values.product} account was deleted`,
    opening: [
      `At ${timeOf(values.at)}, ${accountOf(values)} and all its data were deleted by ${changerOf(values)}.`,
      `If ${values.byAdministrator ? 'you asked for this' : 'this was you'}, you don’t need to do anything. ` +
        `Otherwise, contact the people who run ${values.product}.`,
    ],
    closing: [],
  }
}

/** `your Latchkey account “ada”` */
function accountOf({ product, name }: CommonValues) {
  return `your ${product} account${name === null ? '' : ` “${name}”`}`
}

/** `Firefox on Windows, IP address 203.0.113.7` */
function placeOf({ device, address }: MailValues['new_device' | 'sign_in_unfinished']) {
  return `${device}${address === null ? '' : `, IP address ${address}`}`
}

function changerOf({ byAdministrator }: MailValues['email_changed']) {
  return byAdministrator ? 'an administrator' : 'someone who knew the password'
}

function attemptsOf(values: MailValues['failed_attempts']) {
  return (
    `Someone entered a wrong password for ${accountOf(values)} ${values.count} times, most recently at ` +
    `${timeOf(values.at)}.`
  )
}

function wrongCodesOf(values: MailValues['failed_codes' | 'codes_locked']) {
  return (
    `Someone entered a wrong code for ${accountOf(values)} ${values.count} times, most recently at ` +
    `${timeOf(values.at)}.`
  )
}

function expiryOf({ linkExpiresAt, codeExpiresAt }: LinkAndCode) {
  const isSameDay = date.format(linkExpiresAt) === date.format(codeExpiresAt)
  const codeEnd = isSameDay ? time.format(codeExpiresAt) : timeOf(codeExpiresAt)
  return (
    `The code expires at ${codeEnd} and the link at ${timeOf(linkExpiresAt)}. Each works once. If you get several of ` +
    'these e-mails, only the code in the latest one works.'
  )
}

/** At this number of recovery codes, users are asked to create new ones. */
const fewCodes = 3

const time = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', hour: '2-digit', minute: '2-digit' })
const date = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' })

/** `14:32 UTC on 25 November 2026`. */
export function timeOf(at: Date): string {
  return `${time.format(at)} UTC on ${date.format(at)}`
}

/** `Bitwarden (14:32 UTC on 25 November 2026), Passkey (15:00 UTC on 26 November 2026)`. */
export function listPasskeys(passkeys: readonly MailedPasskey[]): string {
  return passkeys.map(({ authenticator, addedAt }) => `${authenticator ?? 'Passkey'} (${timeOf(addedAt)})`).join(', ')
}

/** The built-in messages, sent for every kind without a template. */
export const builtInMessages: { [Kind in MailKind]: (values: ValuesOf<Kind>) => Message } = {
  verify_email: verifyEmail,
  address_claimed: addressClaimed,
  invitation,
  reset_password: resetPassword,
  reset_started: resetStarted,
  password_changed: passwordChanged,
  email_changed: emailChanged,
  new_device: newDevice,
  failed_attempts: attemptsFailed,
  account_locked: accountLocked,
  location_locked: locationLocked,
  factor_added: factorAdded,
  factor_removed: factorRemoved,
  factors_reset: factorsReset,
  recovery_codes_replaced: recoveryCodesReplaced,
  recovery_code_used: recoveryCodeUsed,
  sign_in_unfinished: signInUnfinished,
  failed_codes: codesFailed,
  codes_locked: codesLocked,
  session_ended: sessionEnded,
  account_deleted: accountDeleted,
}
