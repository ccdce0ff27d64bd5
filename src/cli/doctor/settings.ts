import { createConfig } from '../../config/index.ts'
import { StartError } from '../../errors/index.ts'
import { readSettings } from '../database.ts'
import { misspeltSettings, readEnvFile } from '../env-file.ts'
import { misspeltVariables } from '../misspelt-variables.ts'
import { modeOf, statOf } from './files.ts'
import { fault, type CheckResult, note, ok, orOk, type Step, warning } from './check-result.ts'
import type { Installation, Machine } from './machine.ts'

export function checkSettings(machine: Machine): Step<Installation> {
  try {
    const settings = readSettings(machine.environment(), machine)
    const config = createConfig(settings, { name: 'latchkey', prefix: settings.prefix, now: machine.now })
    return { results: [ok('All settings are valid.')], context: { ...machine, settings, config } }
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    return {
      results: error.faults.map((message) =>
        fault(`${message}.`, 'Correct it in .env or in the environment. The service does not start with it.'),
      ),
    }
  }
}

/** Settings that contain a secret. */
const secretSettings = /^(MASTER_KEY|SECRET_KEY|SMTP_URL|DATABASE_URL)/

export async function checkEnvFile({ env, envFile, user }: Machine): Promise<CheckResult[]> {
  const stats = await statOf(envFile)
  if (stats === undefined) return [ok('There is no .env file. Settings come from the environment.')]
  const variables = readEnvFile(envFile)
  const hasSecret = Object.entries(variables).some(([name, value]) => secretSettings.test(name) && value !== '')
  const ineffective = misspeltSettings(envFile).map((message) => warning(`${message}.`, 'Rename it.'))
  if (variables.UV_THREADPOOL_SIZE !== undefined && env.UV_THREADPOOL_SIZE === undefined) {
    ineffective.push(
      warning(
        `UV_THREADPOOL_SIZE in ${envFile} has no effect, because Node.js reads it before Latchkey reads the file.`,
        'Set it in the environment of the service.',
      ),
    )
  }

  if (user === undefined || (stats.mode & 0o006) === 0) {
    return orOk(ineffective, 'Other users of this machine cannot read the file.')
  }
  const isWritable = (stats.mode & 0o002) !== 0
  if (!isWritable && !hasSecret) return orOk(ineffective, 'The file contains no secrets.')
  return [
    // The group may read the file, because a service often has access through its group.
    fault(
      `Every user of this machine can ${isWritable ? 'change' : 'read'} ${envFile} (mode ${modeOf(stats)}).`,
      `chmod 600 ${envFile}, and change the secrets in it if other people use this machine.`,
    ),
    ...ineffective,
  ]
}

export function checkEnvironment({ env }: Machine): CheckResult[] {
  return orOk(
    misspeltVariables(env).map((message) =>
      warning(`${message}.`, 'If another program needs it, ignore this warning.'),
    ),
    'No variable of the environment looks like a misspelt setting.',
  )
}

export function checkPasswordRules({ settings: { passwordMinLength } }: Installation): CheckResult[] {
  if (passwordMinLength >= 15) return [ok(`New passwords need at least ${passwordMinLength} characters.`)]
  return [
    note(
      `New passwords need at least ${passwordMinLength} characters. NIST SP 800-63B-4 requires 15 if the password is ` +
        'the only factor.',
      'Consider PASSWORD_MIN_LENGTH=15. Users with a shorter password keep it.',
    ),
  ]
}
