import { environmentName, Settings } from '../config/index.ts'
import { nearestWord } from '../lib/nearest-word.ts'

const settingNames = Object.keys(Settings.properties).map(environmentName)

/** Variables of other programs that resemble a setting: `USERNAME` is set on Windows, `API_URL` by many web apps. */
const foreignNames = ['USERNAME', 'API_URL']

/** What Docker and Kubernetes set for a service: `LATCHKEY_PORT=tcp://10.0.0.1:3000`. */
const serviceAddress = /^(tcp|udp|sctp):\/\//

/**
 * Lists variables of the environment that are probably misspelt settings. It contains the variables of other programs
 * as well, so only names that are very similar to a setting without a value are listed.
 */
export function misspeltVariables(environment: NodeJS.ProcessEnv): string[] {
  return Object.entries(environment).flatMap(([name, value = '']) => {
    if (value === '' || serviceAddress.test(value)) return []
    if (settingNames.includes(name) || foreignNames.includes(name.toUpperCase())) return []
    const setting = nearestSetting(name)
    return setting === undefined || (environment[setting] ?? '') !== ''
      ? []
      : [`${name} in the environment has no effect on Latchkey. If it is meant as a setting, rename it to ${setting}`]
  })
}

function nearestSetting(name: string): string | undefined {
  const withoutPrefix = name.replace(/^LATCHKEY_/i, '')
  const minLength = withoutPrefix === name ? 6 : 0
  // TRUST_PROXIES
  const singular = withoutPrefix.replace(/IES$/i, 'Y')
  return nearestWord(
    singular,
    settingNames.filter(({ length }) => length >= minLength),
    ({ length }) => (length > 8 ? 2 : 1),
  )
}
