import Bowser from 'bowser'

const knownBrowsers = new Set<string | undefined>(Object.values(Bowser.BROWSER_MAP))

/** Describes a User-Agent (RFC 9110 10.1.5) to the user: `Firefox on Windows`, `curl`. */
export function describeDevice(userAgent: string | null): string {
  if (userAgent === null || userAgent === '') return 'Unknown device'
  // Lazily, since the other facts that it finds are not needed.
  const parser = Bowser.getParser(userAgent, true)
  const [browser, os] = [parser.getBrowser(), parser.getOS()]
  // Of programs that are not known, one word: Bowser takes all that stands before a slash, also a sentence or a link.
  const program = knownBrowsers.has(browser.name) ? browser.name : /^[\w-]+/.exec(userAgent)?.[0]
  return [program?.slice(0, 40), os.name].filter(Boolean).join(' on ') || 'Unknown device'
}
