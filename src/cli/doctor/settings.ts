import { readFile } from 'node:fs/promises'
import { parseEnv } from 'node:util'
import { createConfig } from '../../config/index.ts'
import { StartError } from '../../errors/index.ts'
import { readSettings } from '../database.ts'
import { modeOf, statOf } from './files.ts'
import { fault, type Finding, note, ok, type Step } from './finding.ts'
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

/** The group may read `.env`: services often get their settings through it. */
export async function checkEnvFile({ envFile, user }: Machine): Promise<Finding[]> {
  const stats = await statOf(envFile)
  if (stats === undefined) return [ok('There is none; the settings are in the environment.')]
  if (user === undefined || (stats.mode & 0o006) === 0) return [ok('Only those can read it who should.')]
  if ((stats.mode & 0o002) === 0 && !(await hasSecret(envFile))) return [ok('No secret stands in it.')]
  return [
    fault(
      `Everybody on this machine can ${(stats.mode & 0o002) === 0 ? 'read' : 'change'} ${envFile} (${modeOf(stats)}).`,
      `chmod 600 ${envFile}, and change the secrets in it if there are others on this machine.`,
    ),
  ]
}

async function hasSecret(envFile: string) {
  const variables = parseEnv(await readFile(envFile, 'utf8'))
  return Object.entries(variables).some(([name, value]) => secretSettings.test(name) && value !== '')
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
