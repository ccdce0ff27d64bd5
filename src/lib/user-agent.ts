import Bowser from 'bowser'

/** A User-Agent (RFC 9110 10.1.5) in words for its owner: `Firefox on Windows`, `curl`. */
export function describeDevice(userAgent: string | null): string {
  if (userAgent === null || userAgent === '') return 'Unknown device'
  const { browser, os } = Bowser.parse(userAgent)
  // What is not a browser says first what it is.
  const program = browser.name || /^[\w.-]+/.exec(userAgent)?.[0]
  return [program?.slice(0, 40), os.name].filter(Boolean).join(' on ') || 'Unknown device'
}
