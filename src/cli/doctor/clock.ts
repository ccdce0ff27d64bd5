import type { Examined } from './circumstances.ts'
import { fault, type Finding, ok, warning } from './finding.ts'

const minute = 60_000

/** Milliseconds that nobody notices. */
const tolerance = 2000

const clockRemedy = 'Let both machines take their time from the network (chrony, systemd-timesyncd).'

/** Instances have to agree with each other; each is compared to the database that they share. */
export async function checkClock({ database, now }: Examined): Promise<Finding[]> {
  const before = now()
  const theirs = await database.time()
  if (theirs === undefined) return [ok('A file has no clock of its own.')]
  const after = now()
  // What the way took is nobody's fault.
  const skew = theirs < before ? before - theirs : Math.max(0, theirs - after)
  const message = `The clock of this machine is ${(skew / 1000).toFixed(1)} s ${theirs < before ? 'ahead of' : 'behind'} that of the database.`
  if (skew >= minute) return [fault(`${message} Tokens and codes end too soon, or too late.`, clockRemedy)]
  return skew > tolerance ? [warning(message, clockRemedy)] : [ok('This machine and the database have the same time.')]
}

/** What was written in the future: then a clock was ahead, or this one is behind. */
export async function checkTimes({ database, now }: Examined): Promise<Finding[]> {
  const newest = await database.read(async (db) => {
    const times = await Promise.all(
      (['users', 'sessions', 'signing_keys', 'outbox', 'events'] as const).map((table) =>
        db
          .selectFrom(table)
          .select((rows) => rows.fn.max('created_at').as('time'))
          .executeTakeFirst(),
      ),
    )
    return Math.max(...times.map((row) => row?.time ?? 0))
  })
  if (newest <= now() + minute) return [ok('Nothing in the database is from the future.')]
  return [
    fault(
      `The newest entry of the database is from ${new Date(newest).toISOString()}, which is in the future.`,
      `The clock of this machine is behind, or was ahead, or that of another instance was. ${clockRemedy} Then sessions and keys of that time last too long: end them.`,
    ),
  ]
}
