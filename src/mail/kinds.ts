/*
 * The kinds of message and their values. Templates get these values and no others, so each value is safe to show to
 * any recipient: none contains HTML, and none contains text from a user who has not verified the address.
 */

/** The values of every kind. */
export interface CommonValues {
  /** `PRODUCT_NAME`. */
  product: string
  /** `PRODUCT_COLOR`, as `#rrggbb`. */
  color: string
  /**
   * The username, or the name in an invitation, written so that mail programs do not turn it into a link. Null if the
   * recipient may be another person, since an attacker can choose a name that reads like a message, such as `confirm at
   * login.example`.
   */
  name: string | null
  /** The id of the account; null in an invitation. */
  userId: string | null
  /** The time of the event. */
  at: Date
}

/** A link and a code. Either one proves access to the mailbox. */
export interface LinkAndCode {
  link: string
  /** Eight digits, with a space in the middle. */
  code: string
  linkExpiresAt: Date
  codeExpiresAt: Date
}

interface ResetPage {
  /** The page where a user requests a reset e-mail. */
  resetUrl: string
}

interface Change {
  /** Whether an administrator made the change, rather than someone who knew the password. */
  byAdministrator: boolean
}

/** A second factor that was added or removed: a passkey or an authenticator app. */
interface ChangedFactor {
  isPasskey: boolean
}

/** A passkey, without its name, since an attacker could have chosen that. */
export interface MailedPasskey {
  /** The name of the authenticator; null if it is unknown. */
  readonly authenticator: string | null
  readonly addedAt: Date
}

/** The values of each kind, in addition to the common ones. */
export interface MailDetails {
  verify_email: LinkAndCode
  address_claimed: object
  reset_password: LinkAndCode
  reset_started: LinkAndCode
  invitation: { link: string; linkExpiresAt: Date }
  /**
   * `passkeys` are those of the account, which a new password does not remove. `areFactorsRemoved` if a reset removed
   * all second factors, because the address was not verified.
   */
  password_changed: ResetPage & { passkeys: readonly MailedPasskey[]; areFactorsRemoved: boolean }
  email_changed: Change
  account_deleted: Change
  /** `device` reads like `Firefox on Windows`. `address` is an IP address. `isPasskey` if a passkey was used. */
  new_device: ResetPage & { device: string; address: string | null; isPasskey: boolean }
  session_ended: object
  /** `count` is the number of consecutive wrong passwords. */
  failed_attempts: { count: number }
  account_locked: ResetPage & { count: number }
  location_locked: ResetPage & { count: number }
  factor_added: ResetPage & ChangedFactor
  /** `isLast` if it was the last one, so that the password alone is enough. */
  factor_removed: ResetPage & ChangedFactor & { isLast: boolean }
  factors_reset: object
  recovery_codes_replaced: ResetPage
  /** `codesLeft` is the number of recovery codes that have not been used. */
  recovery_code_used: ResetPage & { codesLeft: number }
  /** `device` reads like `Firefox on Windows`. `address` is an IP address. */
  sign_in_unfinished: ResetPage & { device: string; address: string | null }
  /** `count` is the number of consecutive wrong codes. */
  failed_codes: ResetPage & { count: number }
  /** `isKnownLocation` if codes are locked on one known device or network, rather than on all unknown ones. */
  codes_locked: ResetPage & { count: number; isKnownLocation: boolean }
}

export type MailKind = keyof MailDetails

export type ValuesOf<Kind extends MailKind> = CommonValues & MailDetails[Kind]

export type MailValues = { [Kind in MailKind]: ValuesOf<Kind> }

/** When each kind is sent. */
export const mailKinds: Record<MailKind, string> = {
  verify_email: 'an e-mail address must be verified',
  address_claimed: 'another account claims a verified address (sent to its owner)',
  reset_password: 'a password reset is requested',
  reset_started: 'an administrator resets a password',
  invitation: 'a person is invited',
  password_changed: 'a password was changed or reset',
  email_changed: 'an e-mail address was changed (sent to the previous one)',
  account_deleted: 'an account was deleted',
  new_device: 'a user signed in from a new device or network',
  session_ended: 'a session ended because its refresh token was reused',
  failed_attempts: 'a wrong password was entered many times',
  account_locked: 'an account is locked on new devices and networks',
  location_locked: 'an account is locked on one known device or network',
  factor_added: 'a second factor was added',
  factor_removed: 'a second factor was removed',
  factors_reset: 'an administrator removed all second factors',
  recovery_codes_replaced: 'new recovery codes were created',
  recovery_code_used: 'a recovery code was used',
  sign_in_unfinished: 'the password was entered from a new device or network, but not the second factor',
  failed_codes: 'a wrong code of a second factor was entered many times',
  codes_locked: 'codes of second factors are locked',
}

export function isMailKind(name: string): name is MailKind {
  return Object.hasOwn(mailKinds, name)
}

interface ExampleSource {
  product: string
  color: string
  /** The base URL of the API, with its prefix. */
  issuer: string
  at: Date
}

/** Example values, for previews and to check templates. */
export function exampleValues({ product, color, issuer, at }: ExampleSource): MailValues {
  const minutesLater = (minutes: number) => new Date(at.getTime() + minutes * 60_000)
  const common = { product, color, name: 'ada', userId: '01a20a97-663a-717d-a85d-ae8678becb42', at }
  const linkAndCode = (path: string, minutes: number) => ({
    link: `${issuer}${path}_${'example'.repeat(9)}`,
    code: '1234 5678',
    linkExpiresAt: minutesLater(minutes),
    codeExpiresAt: minutesLater(10),
  })
  const resetUrl = `${issuer}/reset-password`
  const { code, codeExpiresAt, ...invitation } = linkAndCode('/invitation#inv', 7 * 24 * 60)
  return {
    // Most recipients have not verified the address yet.
    verify_email: { ...common, name: null, ...linkAndCode('/verify-email#ev', 24 * 60) },
    address_claimed: common,
    reset_password: { ...common, ...linkAndCode('/reset-password#pr', 30) },
    reset_started: { ...common, ...linkAndCode('/reset-password#pr', 30) },
    invitation: { ...common, userId: null, ...invitation },
    password_changed: {
      ...common,
      resetUrl,
      passkeys: [{ authenticator: 'Bitwarden', addedAt: at }],
      areFactorsRemoved: false,
    },
    email_changed: { ...common, byAdministrator: false },
    account_deleted: { ...common, byAdministrator: false },
    new_device: { ...common, resetUrl, device: 'Firefox on Windows', address: '203.0.113.7', isPasskey: false },
    session_ended: common,
    failed_attempts: { ...common, count: 20 },
    account_locked: { ...common, resetUrl, count: 100 },
    location_locked: { ...common, resetUrl, count: 100 },
    factor_added: { ...common, resetUrl, isPasskey: false },
    factor_removed: { ...common, resetUrl, isPasskey: false, isLast: true },
    factors_reset: common,
    recovery_codes_replaced: { ...common, resetUrl },
    recovery_code_used: { ...common, resetUrl, codesLeft: 3 },
    sign_in_unfinished: { ...common, resetUrl, device: 'Firefox on Windows', address: '203.0.113.7' },
    failed_codes: { ...common, resetUrl, count: 20 },
    codes_locked: { ...common, resetUrl, count: 100, isKnownLocation: false },
  }
}
