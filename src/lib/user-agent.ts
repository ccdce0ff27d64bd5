import Bowser from 'bowser'

const knownBrowsers = new Set<string | undefined>(Object.values(Bowser.BROWSER_MAP))

/** Describes a User-Agent (RFC 9110 10.1.5) in words that users understand, such as `Firefox on Windows` or `curl`. */
export function describeDevice(userAgent: string | null): string {
  if (userAgent === null || userAgent === '') return 'Unknown device'
  // `true` makes the parser lazy, since most of what it could find is not needed.
  const parser = Bowser.getParser(userAgent, true)
  const [browser, os] = [parser.getBrowser(), parser.getOS()]
  // For unknown programs, Bowser returns all text before a slash, which may be a sentence or a link. Only the first
  // word is used.
  const program = knownBrowsers.has(browser.name) ? browser.name : /^[\w-]+/.exec(userAgent)?.[0]
  return [program?.slice(0, 40), os.name].filter(Boolean).join(' on ') || 'Unknown device'
}
