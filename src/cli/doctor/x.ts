import { createConfig, settingsFromEnvironment } from '../../config/index.ts'
import { StartError } from '../../errors/index.ts'
import type { Installation, Machine } from './circumstances.ts'
import { fault, type Finding, ok } from './finding.ts'

/** What a check lays open for the next ones; undefined when they cannot do without it. */
export interface Step<Context> {
  findings: Finding[]
  context?: Context
}

export function readSettings(machine: Machine): Step<Installation> {
  try {
    const settings = settingsFromEnvironment(machine.environment())
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
