import { checkCertificate } from './certificate.ts'
import { checkDataFolder, checkDisk } from './data-folder-and-disk.ts'
import { checkConnections, openDatabase, readMigrations } from './database.ts'
import { type CheckResult, unchecked } from './check-result.ts'
import { checkIssuer } from './issuer.ts'
import type { Examined, Installation, Machine } from './machine.ts'
import { checkMailServer, checkMailTemplates, checkOutbox } from './mail.ts'
import { checkAddress, checkClientAddresses, checkProxy, checkService } from './network.ts'
import { checkPasskeys } from './passkeys.ts'
import { checkClock, checkHashing, checkLog, checkMetrics, checkNode, checkTimes } from './runtime.ts'
import { checkSearches } from './searches.ts'
import { checkSecondFactors } from './second-factors.ts'
import { checkMasterKey, checkSecrets, checkSigningKeys } from './secrets-and-keys.ts'
import { checkEnvFile, checkEnvironment, checkPasswordRules, checkSettings } from './settings.ts'

/** A result with the name of its check. */
export interface Diagnosis extends CheckResult {
  check: string
}

type Checks<Context> = Record<string, (context: Context) => CheckResult[] | Promise<CheckResult[]>>

const machineChecks: Checks<Machine> = {
  'Node.js': checkNode,
  '.env': checkEnvFile,
  environment: checkEnvironment,
}

const installationChecks: Checks<Installation> = {
  secrets: checkSecrets,
  address: checkAddress,
  proxy: checkProxy,
  certificate: checkCertificate,
  service: checkService,
  log: checkLog,
  metrics: checkMetrics,
  passwords: checkPasswordRules,
  passkeys: checkPasskeys,
  hashing: checkHashing,
  'data folder': checkDataFolder,
  disk: checkDisk,
  'mail server': checkMailServer,
  'mail templates': checkMailTemplates,
}

const databaseChecks: Checks<Examined> = {
  connections: checkConnections,
  clock: checkClock,
}

/** Checks that need the tables of the last migration. */
const tableChecks: Checks<Examined> = {
  issuer: checkIssuer,
  'master key': checkMasterKey,
  'signing keys': checkSigningKeys,
  'second factors': checkSecondFactors,
  searches: checkSearches,
  times: checkTimes,
  outbox: checkOutbox,
  'client addresses': checkClientAddresses,
}

/** Runs every check without changing anything. A check that fails does not stop the others. */
export async function diagnose(machine: Machine): Promise<Diagnosis[]> {
  const settings = checkSettings(machine)
  const found = await Promise.all([
    runChecks(machineChecks, machine),
    about('settings', settings.results),
    runChecks(installationChecks, settings.context, 'Skipped: the settings are invalid.'),
    examineDatabase(settings.context),
  ])
  return found.flat()
}

async function examineDatabase(installation: Installation | undefined): Promise<Diagnosis[]> {
  const database = await openDatabase(installation)
  try {
    const migrations = await readMigrations(database.context)
    const unreadable = 'Skipped: the database cannot be read.'
    const unmigrated = 'Skipped: the database is not migrated to this version.'
    const found = await Promise.all([
      about('database', database.results),
      runChecks(databaseChecks, database.context, unreadable),
      about('migrations', migrations.results),
      runChecks(tableChecks, migrations.context, database.context === undefined ? unreadable : unmigrated),
    ])
    return found.flat()
  } finally {
    await database.context?.database.close()
  }
}

function about(check: string, results: CheckResult[]): Diagnosis[] {
  return results.map((result) => ({ check, ...result }))
}

/** @param context undefined when the checks cannot run @param reason why they cannot run */
async function runChecks<Context>(
  checks: Checks<Context>,
  context: Context | undefined,
  reason = '',
): Promise<Diagnosis[]> {
  const found = await Promise.all(
    Object.entries(checks).map(async ([check, find]) =>
      about(check, context === undefined ? [unchecked(reason)] : await runCheck(find, context)),
    ),
  )
  return found.flat()
}

async function runCheck<Context>(find: Checks<Context>[string], context: Context): Promise<CheckResult[]> {
  try {
    return await find(context)
  } catch (error) {
    return [unchecked(`The check failed: ${error instanceof Error ? error.message : error}`)]
  }
}
