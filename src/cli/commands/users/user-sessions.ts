import { operator } from '../../../authorization/index.ts'
import { toIsoTime } from '../../../lib/time.ts'
import { createSessions, type SessionInfo, toSessionJson } from '../../../tokens/index.ts'
import { accountNameOf } from '../../../users/index.ts'
import type { DefineCommand } from '../../add-commands.ts'
import type { CommandContext } from '../../context.ts'
import { type OpenDatabase, withDatabase } from '../../database.ts'
import { findNamedUser } from '../../find-named-user.ts'
import { type OutputOptions, timeOf } from '../../output.ts'
import { tableOf } from '../../table.ts'

interface Options extends OutputOptions {
  end?: string | true
}

/** `latchkey users sessions` */
export const defineSessions: DefineCommand = (command, context) => {
  command
    .argument('<user>', 'Username, verified e-mail address or id')
    .option('--end [id]', 'End one session, or all sessions without an id')
    .option('--json', 'Print JSON')
    .addHelpText(
      'after',
      ['', 'Examples:', '  latchkey users sessions ada', '  latchkey users sessions ada --end'].join('\n'),
    )
    .action((name: string, options: Options) =>
      withDatabase(context, (database) =>
        options.end === undefined
          ? showSessions(context, database, name, options)
          : endSessions(context, database, name, options.end, options),
      ),
    )
}

async function showSessions(context: CommandContext, database: OpenDatabase, name: string, options: Options) {
  const {
    config: { now, sessionIdleDays: idleDays, sessionMaxDays: maxDays },
    store,
    audit,
  } = database
  const user = await findNamedUser(database, name)
  const { id } = user
  const sessions = await createSessions({ store, audit, now, idleDays, maxDays }).list(id)
  await context.print(
    sessions.length === 0 ? `${accountNameOf(user)} has no sessions.` : tableOfSessions(context, sessions),
    { sessions: sessions.map(toSessionJson) },
    options,
  )
}

/** @param which the id of a session, or true for all sessions */
async function endSessions(
  context: CommandContext,
  database: OpenDatabase,
  name: string,
  which: string | true,
  options: Options,
) {
  const user = await findNamedUser(database, name)
  const { id } = user
  const accountName = accountNameOf(user)
  const { createServices } = await import('../../services.ts')
  const { administration } = await createServices(database)
  await (which === true
    ? administration.endSessions(id, operator)
    : administration.endSession(id, which.toLowerCase(), operator))
  await context.print(
    which === true ? `All sessions of ${accountName} have ended.` : `The session of ${accountName} has ended.`,
    {},
    options,
  )
}

function tableOfSessions(context: CommandContext, sessions: SessionInfo[]) {
  return tableOf(
    context,
    ['ID', 'DEVICE', 'IP ADDRESS', 'SIGNED IN', 'LAST USED', 'EXPIRES'],
    sessions.map(({ id, device, address, created_at: createdAt, used_at: usedAt, expires_at: expiresAt }) => [
      id,
      device,
      address ?? '-',
      ...[createdAt, usedAt, expiresAt].map((time) => timeOf(toIsoTime(time))),
    ]),
    { flexible: ['DEVICE'] },
  )
}
