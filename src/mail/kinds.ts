/*
 * The kinds of mail and their values. Templates of hosts and in folders get these values and no others, so each is
 * safe to show to any recipient: none contains text of a person who has not proved that the address is theirs, and
 * none contains HTML.
 */

/** Values of every mail. */
export interface CommonValues {
  /** `PRODUCT_NAME`. */
  product: string
  /** `PRODUCT_COLOR`, as `#rrggbb`. */
  color: string
  /**
   * The username, or the name in an invitation; mail programs make no link of it. Null where the recipient may be
   * another person: a stranger could choose a name that is a message by itself, such as `confirm at login.example`.
   */
  name: string | null
  /** The id of the account; null while there is none. */
  userId: string | null
  /** When it happened. */
  at: Date
}

/** A link and a code, either of which proves that the recipient reads the mailbox. */
export interface LinkAndCode {
  link: string
  /** Eight digits, with a space in the middle. */
  code: string
  linkExpiresAt: Date
  codeExpiresAt: Date
}

interface ResetPage {
  /** The page on which a user asks for a reset mail. */
  resetUrl: string
}

interface Change {
  /** Whether an administrator made the change; otherwise a person who knew the password. */
  byAdministrator: boolean
}

/** The values of each kind, beside the common ones. */
export interface MailDetails {
  verify_email: LinkAndCode
  address_claimed: object
  reset_password: LinkAndCode
  reset_started: LinkAndCode
  invitation: { link: string; linkExpiresAt: Date }
  password_changed: ResetPage
  email_changed: Change
  account_deleted: Change
  /** `device` is `Firefox on Windows`, for example; `address` is an IP address. */
  new_device: ResetPage & { device: string; address: string | null }
  session_ended: object
  /** `count` is the number of wrong passwords in a row. */
  failed_attempts: { count: number }
  account_locked: ResetPage & { count: number }
  location_locked: ResetPage & { count: number }
}

export type MailKind = keyof MailDetails

export type ValuesOf<Kind extends MailKind> = CommonValues & MailDetails[Kind]

export type MailValues = { [Kind in MailKind]: ValuesOf<Kind> }

/** When each kind is sent. */
export const mailKinds: Record<MailKind, string> = {
  verify_email: 'an address has to be confirmed',
  address_claimed: 'another account claims the address',
  reset_password: 'a user has forgotten the password',
  reset_started: 'an administrator asks for a new password',
  invitation: 'a person is invited',
  password_changed: 'the password was changed',
  email_changed: 'the address was changed; sent to the previous one',
  account_deleted: 'the account was deleted',
  new_device: 'a sign-in from a place that is not known',
  session_ended: 'a session ended because its refresh token was copied',
  failed_attempts: 'a series of wrong passwords',
  account_locked: 'the account is locked for places that are not known',
  location_locked: 'the account is locked for one known place',
}

export function isMailKind(name: string): name is MailKind {
  return Object.hasOwn(mailKinds, name)
}

interface ExampleSource {
  product: string
  color: string
  /** The address of the API, with its prefix. */
  issuer: string
  at: Date
}

/** Values as a mail might have them, for previews and for checks of templates. */
export function exampleValues({ product, color, issuer, at }: ExampleSource): MailValues {
  const minutesLater = (minutes: number) => new Date(at.getTime() + minutes * 60_000)
  const common = { product, color, name: 'ada', userId: '01a20a97-663a-717d-a85d-ae8678becb42', at }
  const proof = (link: string, minutes: number) => ({
    link: `${issuer}${link}_${'example'.repeat(9)}`,
    code: '1234 5678',
    linkExpiresAt: minutesLater(minutes),
    codeExpiresAt: minutesLater(10),
  })
  const resetUrl = `${issuer}/reset-password`
  const { code, codeExpiresAt, ...invitation } = proof('/invitation#inv', 7 * 24 * 60)
  return {
    // Most recipients have not proved that the address is theirs.
    verify_email: { ...common, name: null, ...proof('/verify-email#ev', 24 * 60) },
    address_claimed: common,
    reset_password: { ...common, ...proof('/reset-password#pr', 30) },
    reset_started: { ...common, ...proof('/reset-password#pr', 30) },
    invitation: { ...common, userId: null, ...invitation },
    password_changed: { ...common, resetUrl },
    email_changed: { ...common, byAdministrator: false },
    account_deleted: { ...common, byAdministrator: false },
    new_device: { ...common, resetUrl, device: 'Firefox on Windows', address: '203.0.113.7' },
    session_ended: common,
    failed_attempts: { ...common, count: 20 },
    account_locked: { ...common, resetUrl, count: 100 },
    location_locked: { ...common, resetUrl, count: 100 },
  }
}
