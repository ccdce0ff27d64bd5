import type { Letter } from './letter.ts'

/** A link and a code, and until when they are good; milliseconds since the epoch. */
export interface Proof { url: string, expiresAt: number, code: string, codeExpiresAt: number }

/** Whom a letter greets, and what it calls the product. */
export interface About {
  username: string
  product: string
}

/** Asks whether an address is that of an account. */
export function verifyEmail ({ username, product, email, proof }: About & { email: string, proof: Proof }): Letter {
  return {
    subject: `Confirm your e-mail address for ${product}`,
    username,
    opening: [`Is ${email} the address of your ${product} account “${username}”? Then confirm it on this page, with the password of the account:`],
    link: { label: 'Confirm the address', url: proof.url },
    code: proof.code,
    closing: [
      endOf(proof),
      'If you have no such account, somebody has typed your address by mistake, or on purpose. They cannot confirm it without this mail. On the same page you can say that the account is not yours.',
    ],
  }
}

/** Tells the owner of an address that somebody else claims it. */
export function addressClaimed ({ username, product, claimant }: About & { claimant: string }): Letter {
  return {
    subject: `Your address was given for another ${product} account`,
    username,
    opening: [
      `Somebody has given your e-mail address for another account at ${product}, “${claimant}”.`,
      `The address belongs to your account “${username}”, and stays with it: the other account cannot confirm it, and gets no mail here.`,
    ],
    closing: ['If it was you: sign in with the account that you have, or give the other one another address. If it was not, you need do nothing.'],
  }
}

/** Lets somebody set a new password. */
export function resetPassword ({ username, product, proof }: About & { proof: Proof }): Letter {
  return {
    subject: `Set a new password for ${product}`,
    username,
    opening: [`Somebody, most likely you, has asked for a new password for your ${product} account “${username}”. Choose one on this page:`],
    link: { label: 'Choose a new password', url: proof.url },
    code: proof.code,
    closing: [
      endOf(proof),
      'If it was not you, you need do nothing: your password stays as it is. Never give the link or the code to anybody.',
    ],
  }
}

export function passwordChanged ({ username, product, resetUrl, at }: About & { resetUrl: string, at: number }): Letter {
  return {
    subject: `Your ${product} password was changed`,
    username,
    opening: [
      `The password of your ${product} account “${username}” was changed on ${timeOf(at)}. Every device was signed out.`,
      'If it was you, you need do nothing.',
      `If it was not, set a new one at once: ask for it at ${resetUrl}`,
    ],
    closing: [],
  }
}

/** To the former address; the new one is none of its business. */
export function emailChanged ({ username, product, at }: About & { at: number }): Letter {
  return {
    subject: `Your ${product} e-mail address was changed`,
    username,
    opening: [
      `The e-mail address of the ${product} account “${username}” is not this one any more. It was changed on ${timeOf(at)}, by somebody who knew the password.`,
      'If it was you, or if you have no such account, you need do nothing.',
      'If it was not, somebody else is using your account: tell whoever runs the service.',
    ],
    closing: [],
  }
}

export function accountDeleted ({ username, product, at }: About & { at: number }): Letter {
  return {
    subject: `Your ${product} account was deleted`,
    username,
    opening: [
      `Your ${product} account “${username}” was deleted on ${timeOf(at)}, by somebody who knew the password. What was held about you is gone.`,
      'If it was not you, tell whoever runs the service.',
    ],
    closing: [],
  }
}

function endOf ({ expiresAt, codeExpiresAt }: Proof) {
  return `The link works until ${timeOf(expiresAt)}, the code until ${timeOf(codeExpiresAt)}. Only the latest code counts, and each works once.`
}

const time = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' })

/** `25 November 2026 at 14:32 UTC`. */
function timeOf (milliseconds: number) {
  return `${time.format(milliseconds)} UTC`
}
