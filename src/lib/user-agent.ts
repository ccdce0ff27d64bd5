import Bowser from 'bowser'

/** Describes a User-Agent (RFC 9110 10.1.5) to the user: `Firefox on Windows`, `curl`. */
export function describeDevice(userAgent: string | null): string {
  if (userAgent === null || userAgent === '') return 'Unknown device'
  const { browser, os } = Bowser.parse(userAgent)
  // Other programs begin with their name.
  const program = browser.name || /^[\w.-]+/.exec(userAgent)?.[0]
  return [program?.slice(0, 40), os.name].filter(Boolean).join(' on ') || 'Unknown device'
}
