import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PostgresServer } from './postgres-server.ts'
import type { Random } from './random.ts'

export type DatabaseKind = 'sqlite' | 'postgres'

/** A fault, as one line of the report. */
export interface Fault {
  /** The number in the list of faults. */
  number: number
  title: string
  database: DatabaseKind
  /**
   * Causes the fault.
   * @returns what was measured, for the report
   * @throws {Error} when something acknowledged was lost, or the service did not behave
   */
  run: (stage: Stage) => Promise<string[]>
}

/** Thrown by a fault that cannot be caused on this machine. */
export class NotRunError extends Error {}

/** What a fault gets from the runner. */
export interface Stage {
  /** A new folder, deleted afterwards. */
  folder: string
  database: DatabaseKind
  /** Starts on first use, and is shared by the faults of a run. */
  postgres: () => Promise<PostgresServer>
  random: Random
  /** How often kill -9 is repeated. */
  kills: number
  /** Multiplies the bounds of times, for a machine that is busy with other work. */
  slack: number
  /** Writes to the log of the run. */
  log: (text: string) => void
  /** Calls `end` afterwards, also when the fault fails; the last one first. */
  teardown: (end: () => unknown) => void
}

type StageOptions = Omit<Stage, 'folder' | 'teardown'>

/**
 * Runs `work` with a stage and clears up behind it, completely even if a step of that fails.
 * @throws {Error} the error of `work`, or else the first one of the clearing up
 */
export async function onStage<T>(options: StageOptions, work: (stage: Stage) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-fault-'))
  const ends: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })]
  // PostgreSQL refuses to run as root, and its own user must be able to reach its data.
  await chmod(folder, 0o711)
  const [outcome] = await Promise.allSettled([work({ ...options, folder, teardown: (end) => ends.unshift(end) })])
  const failures: unknown[] = []
  for (const end of ends) {
    try {
      await end()
    } catch (error) {
      options.log(`clearing up failed: ${error}`)
      failures.push(error)
    }
  }
  if (outcome.status === 'rejected') throw outcome.reason
  if (failures.length > 0) throw failures[0]
  return outcome.value
}
