import { createConfig } from '../../config/index.ts'
import { StartError } from '../../errors/index.ts'
import { readSettings } from '../database.ts'
import { misspeltSettings, readEnvFile } from '../env-file.ts'
import { modeOf, statOf } from './files.ts'
import { fault, type Finding, note, ok, orOk, type Step, warning } from './finding.ts'
import type { Installation, Machine } from './machine.ts'

export function checkSettings(machine: Machine): Step<Installation> {
  try {
    const settings = readSettings(machine.environment(), machine)
    const config = createConfig(settings, { name: 'latchkey', prefix: settings.prefix, now: machine.now })
    return { findings: [ok('Every setting is one that can be.')], context: { ...machine, settings, config } }
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    return {
      findings: error.faults.map((message) =>
        fault(`${message}.`, 'Correct it, in .env or where the variable is set; the service does not start with it.'),
      ),
    }
  }
}

/** Settings that hold a secret. */
const secretSettings = /^(MASTER_KEY|SECRET_KEY|SMTP_URL|DATABASE_URL)/

export async function checkEnvFile({ envFile, user }: Machine): Promise<Finding[]> {
  const stats = await statOf(envFile)
  if (stats === undefined) return [ok('There is none; the settings are in the environment.')]
  const variables = Object.entries(readEnvFile(envFile))
  const hasSecret = variables.some(([name, value]) => secretSettings.test(name) && value !== '')
  const misspelt = misspeltSettings(envFile).map((message) => warning(`${message}.`, 'Correct its name.'))

  if (user === undefined || (stats.mode & 0o006) === 0) return orOk(misspelt, 'Only those can read it who should.')
  const isWritable = (stats.mode & 0o002) !== 0
  if (!isWritable && !hasSecret) return orOk(misspelt, 'No secret stands in it.')
  return [
    // The group may read it: services often get their settings through it.
    fault(
      `Everybody on this machine can ${isWritable ? 'change' : 'read'} ${envFile} (${modeOf(stats)}).`,
      `chmod 600 ${envFile}, and change the secrets in it if there are others on this machine.`,
    ),
    ...misspelt,
  ]
}

export function checkPasswordRules({ settings: { passwordMinLength } }: Installation): Finding[] {
  if (passwordMinLength >= 15) return [ok(`They have ${passwordMinLength} characters at least.`)]
  return [
    note(
      `They may be as short as ${passwordMinLength} characters; ` +
        'NIST SP 800-63B-4 asks for 15 where the password is the only factor.',
      'PASSWORD_MIN_LENGTH=15 if your users can bear it; those who have a shorter one keep it.',
    ),
  ]
}
