import { checkAddress } from './address.ts'
import { checkCertificate } from './certificate.ts'
import type { Examined, Installation, Machine } from './circumstances.ts'
import { checkClientAddresses } from './client-addresses.ts'
import { checkClock, checkTimes } from './clock.ts'
import { checkDataFolder } from './data-folder.ts'
import { openDatabase, readMigrations } from './database.ts'
import { checkDisk } from './disk.ts'
import { checkEnvFile } from './env-file.ts'
import { type Finding, unchecked } from './finding.ts'
import { checkHashing } from './hashing.ts'
import { checkLog } from './log.ts'
import { checkMailServer, checkOutbox } from './mail.ts'
import { checkMasterKey } from './master-key.ts'
import { checkNode } from './node.ts'
import { checkPasswordRules } from './passwords.ts'
import { checkProxy } from './proxy.ts'
import { checkSecrets } from './secrets.ts'
import { checkService } from './service.ts'
import { readSettings } from './settings.ts'
import { checkSigningKeys } from './signing-keys.ts'

/** A finding, and what was looked at. */
export interface Diagnosis extends Finding {
  check: string
}

type Checks<Context> = Record<string, (context: Context) => Finding[] | Promise<Finding[]>>

const ofMachine: Checks<Machine> = {
  'Node.js': checkNode,
  '.env': checkEnvFile,
}

const ofInstallation: Checks<Installation> = {
  secrets: checkSecrets,
  address: checkAddress,
  proxy: checkProxy,
  certificate: checkCertificate,
  service: checkService,
  log: checkLog,
  passwords: checkPasswordRules,
  hashing: checkHashing,
  'data folder': checkDataFolder,
  disk: checkDisk,
  'mail server': checkMailServer,
}

const ofDatabase: Checks<Examined> = {
  clock: checkClock,
}

/** They read tables as this program knows them. */
const ofTables: Checks<Examined> = {
  'master key': checkMasterKey,
  'signing keys': checkSigningKeys,
  times: checkTimes,
  outbox: checkOutbox,
  'client addresses': checkClientAddresses,
}

/** Looks at everything, and changes nothing; what one check cannot do stops no other. */
export async function diagnose(machine: Machine): Promise<Diagnosis[]> {
  const settings = readSettings(machine)
  const found = await Promise.all([
    carryOut(ofMachine, machine),
    about('settings', settings.findings),
    carryOut(ofInstallation, settings.context, 'It needs settings that can be.'),
    examineDatabase(settings.context),
  ])
  return found.flat()
}

async function examineDatabase(installation: Installation | undefined): Promise<Diagnosis[]> {
  const database = await openDatabase(installation)
  try {
    const migrations = readMigrations(database.context)
    const found = await Promise.all([
      about('database', database.findings),
      carryOut(ofDatabase, database.context, 'It needs the database.'),
      about('migrations', migrations.findings),
      carryOut(ofTables, migrations.context, 'It needs a database that is up to date.'),
    ])
    return found.flat()
  } finally {
    await database.context?.database.close()
  }
}

function about(check: string, findings: Finding[]): Diagnosis[] {
  return findings.map((finding) => ({ check, ...finding }))
}

/** @param context undefined when what these need is not there @param need that, in words */
async function carryOut<Context>(
  checks: Checks<Context>,
  context: Context | undefined,
  need = '',
): Promise<Diagnosis[]> {
  const found = await Promise.all(
    Object.entries(checks).map(async ([check, find]) =>
      about(check, context === undefined ? [unchecked(need)] : await carryOutOne(find, context)),
    ),
  )
  return found.flat()
}

async function carryOutOne<Context>(find: Checks<Context>[string], context: Context): Promise<Finding[]> {
  try {
    return await find(context)
  } catch (error) {
    return [unchecked(`It could not be done: ${error instanceof Error ? error.message : error}`)]
  }
}
