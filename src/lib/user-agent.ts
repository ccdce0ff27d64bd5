import Bowser from 'bowser'

/** Describes a User-Agent (RFC 9110 10.1.5) to the user: `Firefox on Windows`, `curl`. */
export function describeDevice(userAgent: string | null): string {
  if (userAgent === null || userAgent === '') return 'Unknown device'
  // Lazily, since the other facts that it finds are not needed.
  const parser = Bowser.getParser(userAgent, true)
  const [browser, os] = [parser.getBrowser(), parser.getOS()]
  // Other programs begin with their name. Without dots, so that no mail program makes a link of it.
  const program = browser.name || /^[\w-]+/.exec(userAgent)?.[0]
  return [program?.slice(0, 40), os.name].filter(Boolean).join(' on ') || 'Unknown device'
}
