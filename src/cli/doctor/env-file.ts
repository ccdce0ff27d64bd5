import { readFile } from 'node:fs/promises'
import { parseEnv } from 'node:util'
import type { Machine } from './circumstances.ts'
import { modeOf, statOf } from './files.ts'
import { fault, type Finding, ok } from './finding.ts'

/** Settings in which a secret stands. */
const secretSettings = /^(MASTER_KEY|SECRET_KEY|SMTP_URL|DATABASE_URL)/

/** The group may read it: services are often given their settings that way. */
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
