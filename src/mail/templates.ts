import type { Message } from './render-message.ts'

/** A link and a code, with their expiry in milliseconds since the epoch. */
export interface LinkAndCode {
  url: string
  expiresAt: number
  code: string
  codeExpiresAt: number
}

/** The kind of user who changed an account: presumably its owner, or an administrator. */
export type ChangedBy = 'owner' | 'administrator'

/** Values that every message contains. */
export interface MessageContext {
  /** `your Latchkey account “ada”`; without the username where the recipient may be another person. */
  account: string
  product: string
}

/** Asks to confirm that an address belongs to an account. */
export function verifyEmail({ account, product, proof }: MessageContext & { proof: LinkAndCode }): Message {
  return {
    subject: `Confirm your e-mail address for ${product}`,
    opening: [
      `Please confirm that this is the e-mail address of ${account}. The ` +
        'page asks for the password of the account:',
    ],
    link: { label: 'Confirm the address', url: proof.url },
    code: proof.code,
    closing: [
      endOf(proof),
      'If that is not your account, somebody else has given your address, perhaps by mistake. They ' +
        'cannot confirm it without this mail. You need do nothing; or say on the same page that the ' +
        'account is not yours, and it no longer has your address.',
    ],
  }
}

/** Notifies the owner of an address that another account claims it. */
export function addressClaimed({ account, product }: MessageContext): Message {
  return {
    subject: `Your address was given for another ${product} account`,
    opening: [
      `Somebody has given your e-mail address for another ${product} account.`,
      `The address is that of ${account}, and stays with it: the other account cannot confirm it.`,
    ],
    closing: [
      'If it was you, sign in with the account that you have, or give the other one another address. If ' +
        'it was not, you need do nothing.',
    ],
  }
}

/** Invites a person to create an account. */
export function invitation({ product, url, expiresAt }: MessageContext & { url: string; expiresAt: number }): Message {
  return {
    subject: `You are invited to ${product}`,
    opening: [
      `You have been invited to have a ${product} account. On this page you choose a username and a password for it:`,
    ],
    link: { label: 'Make the account', url },
    closing: [
      `The link works until ${timeOf(expiresAt)}, once. Give it to nobody: whoever has it gets the account.`,
      'If you do not know what this is about, you need do nothing.',
    ],
  }
}

/** Lets a user set a new password. */
export function resetPassword({ account, product, proof }: MessageContext & { proof: LinkAndCode }): Message {
  return {
    subject: `Set a new password for ${product}`,
    opening: [
      `Somebody, most likely you, has asked for a new password for ${account}. You can choose one on this page:`,
    ],
    link: { label: 'Choose a new password', url: proof.url },
    code: proof.code,
    closing: [
      endOf(proof),
      'If it was not you, you need do nothing: your password stays as it is. Give neither the link nor ' +
        'the code to anybody, whoever asks for them.',
    ],
  }
}

/** Lets a user set a new password, at the request of an administrator. */
export function resetStarted({ account, product, proof }: MessageContext & { proof: LinkAndCode }): Message {
  return {
    subject: `Set a new password for ${product}`,
    opening: [`An administrator asks you to choose a new password for ${account}, on this page:`],
    link: { label: 'Choose a new password', url: proof.url },
    code: proof.code,
    closing: [
      endOf(proof),
      'Until then your password stays as it is. Give neither the link nor the code to anybody, ' +
        'administrators included: they need neither.',
    ],
  }
}

export function passwordChanged({
  account,
  product,
  resetUrl,
  at,
}: MessageContext & { resetUrl: string; at: number }): Message {
  return {
    subject: `Your ${product} password was changed`,
    opening: [
      `The password of ${account} was changed at ${timeOf(at)}. Every device ` + 'was signed out.',
      'If it was you, you need do nothing. If it was not, somebody else can get into your account: ask ' +
        'at once for a mail by which you choose another password.',
    ],
    link: { label: 'Ask for the mail', url: resetUrl },
    closing: [],
  }
}

/** Notifies the previous address. The new one is not disclosed. */
export function emailChanged({
  account,
  product,
  at,
  by = 'owner',
}: MessageContext & { at: number; by?: ChangedBy }): Message {
  return {
    subject: `Your ${product} e-mail address was changed`,
    opening: [
      `The e-mail address of ${account} was changed at ${timeOf(at)}, by ` +
        `${wordsFor(by)}. Mails about the account no longer come to this one.`,
      by === 'administrator'
        ? 'If you asked for that, or if you have no such account, you need do nothing. If not, ask whoever runs ' +
          `${product}.`
        : 'If it was you, or if you have no such account, you need do nothing. If it was not, somebody else is using ' +
          `your account: tell whoever runs ${product}.`,
    ],
    closing: [],
  }
}

/** Notifies of a sign-in from a location that is not known. */
export function newDevice({
  account,
  product,
  place,
  resetUrl,
  at,
}: MessageContext & { place: string[]; resetUrl: string; at: number }): Message {
  return {
    subject: `A new sign-in to your ${product} account`,
    opening: [
      `Somebody signed in to ${account} at ${timeOf(at)}, from a place that it has not ` +
        `been used from lately${place.length === 0 ? '' : `: ${place.join(', ')}`}.`,
      'If it was you, you need do nothing. If it was not, somebody else knows your password: ask at once ' +
        'for a mail by which you choose another one. That signs out every device.',
    ],
    link: { label: 'Ask for the mail', url: resetUrl },
    closing: [],
  }
}

/** Notifies of a series of wrong passwords. */
export function attemptsFailed({
  account,
  product,
  count,
  at,
}: MessageContext & { count: number; at: number }): Message {
  return {
    subject: `Wrong passwords for your ${product} account`,
    opening: [
      `By ${timeOf(at)} a wrong password had been tried ${count} times in a row for ${account}.`,
      'If it was you, take your time. If it was not, somebody is guessing, and has not got in. You need ' +
        'do nothing: they have to wait longer and longer. With a long password that you use nowhere else ' +
        'they get nowhere.',
    ],
    closing: [],
  }
}

/** Notifies that the account is locked, except at known locations. */
export function accountLocked({
  account,
  product,
  count,
  resetUrl,
  at,
}: MessageContext & { count: number; resetUrl: string; at: number }): Message {
  return {
    subject: `Your ${product} account is closed to strangers`,
    opening: [
      `By ${timeOf(at)} a wrong password had been tried ${count} times in a row for ${account}. ` +
        'From now on the password is not taken any more from places that the account has not been used from ' +
        'lately.',
      'Where you usually sign in you still can. Elsewhere you can again once you have chosen another password:',
    ],
    link: { label: 'Ask for the mail', url: resetUrl },
    closing: [],
  }
}

/** Notifies that one known location or device is locked, where attempts from elsewhere do not count. */
export function locationLocked({
  account,
  product,
  count,
  resetUrl,
  at,
}: MessageContext & { count: number; resetUrl: string; at: number }): Message {
  return {
    subject: `Your ${product} password is not taken any more where it was tried too often`,
    opening: [
      `By ${timeOf(at)} a wrong password had been tried ${count} times in a row for ${account}, ` +
        'from a place or a device that you sign in from. From now on the password is not taken any more from ' +
        'there, and still is elsewhere.',
      'If it was you, choose another password, and it is taken everywhere. If it was not, somebody who ' +
        'is where you are, or has your device, is guessing:',
    ],
    link: { label: 'Ask for the mail', url: resetUrl },
    closing: [],
  }
}

/** Notifies that a session was ended, because its refresh token was used twice. */
export function sessionStolen({ account, product, at }: MessageContext & { at: number }): Message {
  return {
    subject: `A device was signed out of your ${product} account`,
    opening: [
      `At ${timeOf(at)} one of the devices that are signed in to ${account} ` +
        'was signed out: its key was used a second time, as it is when somebody has copied it.',
      'Sign in again on that device. If you know of no reason (a backup of the device that was put back ' +
        'is one), have the device looked at, and choose another password.',
    ],
    closing: [],
  }
}

export function accountDeleted({
  account,
  product,
  at,
  by = 'owner',
}: MessageContext & { at: number; by?: ChangedBy }): Message {
  return {
    subject: `Your ${product} account was deleted`,
    opening: [
      `At ${timeOf(at)} ${account} was deleted, by ${wordsFor(by)}. The ` + 'account and its data are gone.',
      `If ${by === 'owner' ? 'it was you' : 'you asked for that'}, you need do nothing. If not, tell ` +
        `whoever runs ${product}.`,
    ],
    closing: [],
  }
}

function wordsFor(by: ChangedBy) {
  return by === 'owner' ? 'somebody who knew the password' : 'an administrator'
}

function endOf({ expiresAt, codeExpiresAt }: LinkAndCode) {
  const isSameDay = date.format(expiresAt) === date.format(codeExpiresAt)
  const codeEnd = isSameDay ? time.format(codeExpiresAt) : timeOf(codeExpiresAt)
  return (
    `The code works until ${codeEnd} and the link until ${timeOf(expiresAt)}, each once. Of several mails, only ` +
    'the code in the latest counts.'
  )
}

const time = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', hour: '2-digit', minute: '2-digit' })
const date = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' })

/** `14:32 UTC on 25 November 2026`. */
function timeOf(milliseconds: number) {
  return `${time.format(milliseconds)} UTC on ${date.format(milliseconds)}`
}
