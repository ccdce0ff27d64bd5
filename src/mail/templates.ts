import type { CommonValues, LinkAndCode, MailKind, MailValues, ValuesOf } from './kinds.ts'
import type { Message } from './render-message.ts'

/** Asks to confirm that an address belongs to an account. */
function verifyEmail(values: MailValues['verify_email']): Message {
  return {
    subject: `Confirm your e-mail address for ${values.product}`,
    opening: [
      `Please confirm that this is the e-mail address of ${accountOf(values)}. The ` +
        'page asks for the password of the account:',
    ],
    link: { label: 'Confirm the address', url: values.link },
    code: values.code,
    closing: [
      endOf(values),
      'If that is not your account, somebody else has given your address, perhaps by mistake. They ' +
        'cannot confirm it without this mail. You need do nothing; or say on the same page that the ' +
        'account is not yours, and it no longer has your address.',
    ],
  }
}

/** Notifies the owner of an address that another account claims it. */
function addressClaimed(values: MailValues['address_claimed']): Message {
  return {
    subject: `Your address was given for another ${values.product} account`,
    opening: [
      `Somebody has given your e-mail address for another ${values.product} account.`,
      `The address is that of ${accountOf(values)}, and stays with it: the other account cannot confirm it.`,
    ],
    closing: [
      'If it was you, sign in with the account that you have, or give the other one another address. If ' +
        'it was not, you need do nothing.',
    ],
  }
}

/** Invites a person to create an account. */
function invitation(values: MailValues['invitation']): Message {
  return {
    subject: `You are invited to ${values.product}`,
    opening: [
      `You have been invited to have a ${values.product} account. On this page you set up your account and choose a ` +
        'password for it:',
    ],
    link: { label: 'Make the account', url: values.link },
    closing: [
      `The link works until ${timeOf(values.linkExpiresAt)}, once. Give it to nobody: whoever has it gets the account.`,
      'If you do not know what this is about, you need do nothing.',
    ],
  }
}

/** Lets a user set a new password. */
function resetPassword(values: MailValues['reset_password']): Message {
  return {
    subject: `Set a new password for ${values.product}`,
    opening: [
      `Somebody, most likely you, has asked for a new password for ${accountOf(values)}. You can choose one on ` +
        'this page:',
    ],
    link: { label: 'Choose a new password', url: values.link },
    code: values.code,
    closing: [
      endOf(values),
      'If it was not you, you need do nothing: your password stays as it is. Give neither the link nor ' +
        'the code to anybody, whoever asks for them.',
    ],
  }
}

/** Lets a user set a new password, at the request of an administrator. */
function resetStarted(values: MailValues['reset_started']): Message {
  return {
    subject: `Set a new password for ${values.product}`,
    opening: [`An administrator asks you to choose a new password for ${accountOf(values)}, on this page:`],
    link: { label: 'Choose a new password', url: values.link },
    code: values.code,
    closing: [
      endOf(values),
      'Until then your password stays as it is. Give neither the link nor the code to anybody, ' +
        'administrators included: they need neither.',
    ],
  }
}

function passwordChanged(values: MailValues['password_changed']): Message {
  return {
    subject: `Your ${values.product} password was changed`,
    opening: [
      `The password of ${accountOf(values)} was changed at ${timeOf(values.at)}. Every device ` + 'was signed out.',
      'If it was you, you need do nothing. If it was not, somebody else can get into your account: ask ' +
        'at once for a mail by which you choose another password.',
    ],
    link: { label: 'Ask for the mail', url: values.resetUrl },
    closing: [],
  }
}

/** Notifies the previous address. The new one is not disclosed. */
function emailChanged(values: MailValues['email_changed']): Message {
  return {
    subject: `Your ${values.product} e-mail address was changed`,
    opening: [
      `The e-mail address of ${accountOf(values)} was changed at ${timeOf(values.at)}, by ` +
        `${changerOf(values)}. Mails about the account no longer come to this one.`,
      values.byAdministrator
        ? 'If you asked for that, or if you have no such account, you need do nothing. If not, ask whoever runs ' +
          `${values.product}.`
        : 'If it was you, or if you have no such account, you need do nothing. If it was not, somebody else is using ' +
          `your account: tell whoever runs ${values.product}.`,
    ],
    closing: [],
  }
}

/** Notifies of a sign-in from a location that is not known. */
function newDevice(values: MailValues['new_device']): Message {
  return {
    subject: `A new sign-in to your ${values.product} account`,
    opening: [
      `Somebody signed in to ${accountOf(values)} at ${timeOf(values.at)}, from a place that it has not ` +
        `been used from lately: ${values.device}${values.address === null ? '' : `, address ${values.address}`}.`,
      'If it was you, you need do nothing. If it was not, somebody else knows your password: ask at once ' +
        'for a mail by which you choose another one. That signs out every device.',
    ],
    link: { label: 'Ask for the mail', url: values.resetUrl },
    closing: [],
  }
}

/** Notifies of a series of wrong passwords. */
function attemptsFailed(values: MailValues['failed_attempts']): Message {
  return {
    subject: `Wrong passwords for your ${values.product} account`,
    opening: [
      `By ${timeOf(values.at)} a wrong password had been tried ${values.count} times in a row for ` +
        `${accountOf(values)}.`,
      'If it was you, take your time. If it was not, somebody is guessing, and has not got in. You need ' +
        'do nothing: they have to wait longer and longer. With a long password that you use nowhere else ' +
        'they get nowhere.',
    ],
    closing: [],
  }
}

/** Notifies that the account is locked, except at known locations. */
function accountLocked(values: MailValues['account_locked']): Message {
  return {
    subject: `Your ${values.product} account is closed to strangers`,
    opening: [
      `By ${timeOf(values.at)} a wrong password had been tried ${values.count} times in a row for ` +
        `${accountOf(values)}. ` +
        'From now on the password is not taken any more from places that the account has not been used from ' +
        'lately.',
      'Where you usually sign in you still can. Elsewhere you can again once you have chosen another password:',
    ],
    link: { label: 'Ask for the mail', url: values.resetUrl },
    closing: [],
  }
}

/** Notifies that one known location or device is locked, where attempts from elsewhere do not count. */
function locationLocked(values: MailValues['location_locked']): Message {
  return {
    subject: `Your ${values.product} password is not taken any more where it was tried too often`,
    opening: [
      `By ${timeOf(values.at)} a wrong password had been tried ${values.count} times in a row for ` +
        `${accountOf(values)}, ` +
        'from a place or a device that you sign in from. From now on the password is not taken any more from ' +
        'there, and still is elsewhere.',
      'If it was you, choose another password, and it is taken everywhere. If it was not, somebody who ' +
        'is where you are, or has your device, is guessing:',
    ],
    link: { label: 'Ask for the mail', url: values.resetUrl },
    closing: [],
  }
}

/** Notifies that a session was ended, because its refresh token was used twice. */
function sessionStolen(values: MailValues['session_ended']): Message {
  return {
    subject: `A device was signed out of your ${values.product} account`,
    opening: [
      `At ${timeOf(values.at)} one of the devices that are signed in to ${accountOf(values)} ` +
        'was signed out: its key was used a second time, as it is when somebody has copied it.',
      'Sign in again on that device. If you know of no reason (a backup of the device that was put back ' +
        'is one), have the device looked at, and choose another password.',
    ],
    closing: [],
  }
}

function accountDeleted(values: MailValues['account_deleted']): Message {
  return {
    subject: `Your ${values.product} account was deleted`,
    opening: [
      `At ${timeOf(values.at)} ${accountOf(values)} was deleted, by ${changerOf(values)}. The ` +
        'account and its data are gone.',
      `If ${values.byAdministrator ? 'you asked for that' : 'it was you'}, you need do nothing. If not, tell ` +
        `whoever runs ${values.product}.`,
    ],
    closing: [],
  }
}

/** `your Latchkey account “ada”` */
function accountOf({ product, name }: CommonValues) {
  return `your ${product} account${name === null ? '' : ` “${name}”`}`
}

function changerOf({ byAdministrator }: MailValues['email_changed']) {
  return byAdministrator ? 'an administrator' : 'somebody who knew the password'
}

function endOf({ linkExpiresAt, codeExpiresAt }: LinkAndCode) {
  const isSameDay = date.format(linkExpiresAt) === date.format(codeExpiresAt)
  const codeEnd = isSameDay ? time.format(codeExpiresAt) : timeOf(codeExpiresAt)
  return (
    `The code works until ${codeEnd} and the link until ${timeOf(linkExpiresAt)}, each once. Of several mails, only ` +
    'the code in the latest counts.'
  )
}

const time = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', hour: '2-digit', minute: '2-digit' })
const date = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' })

/** `14:32 UTC on 25 November 2026`. */
export function timeOf(at: Date): string {
  return `${time.format(at)} UTC on ${date.format(at)}`
}

/** The messages that Latchkey sends where none replaces them. */
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
  session_ended: sessionStolen,
  account_deleted: accountDeleted,
}
