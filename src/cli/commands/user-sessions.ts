import type { Command } from 'commander'
import { operator } from '../../authorization/index.ts'
import { toIsoTime } from '../../lib/time.ts'
import { createSessions, type SessionInfo, toSessionJson } from '../../tokens/index.ts'
import type { AtDatabase, Place } from '../database.ts'
import { userNamed } from '../named-user.ts'
import { type OutputOptions, print, timeOf } from '../output.ts'
import { openServices } from '../services.ts'
import { tableOf } from '../table.ts'

interface Options extends OutputOptions {
  end?: string | true
}

/** `latchkey users sessions` */
export function addUserSessionsCommand(users: Command, atDatabase: AtDatabase) {
  users
    .command('sessions')
    .description('show the devices on which a user is signed in, or sign them out')
    .argument('<user>', 'username, e-mail or id')
    .option('--end [id]', 'end all of them, or one; their tokens are refused from the next request on')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      ['', 'Examples:', '  latchkey users sessions ada', '  latchkey users sessions ada --end'].join('\n'),
    )
    .action((name: string, options: Options) =>
      atDatabase((place) =>
        options.end === undefined ? show(name, options, place) : end(name, options.end, options, place),
      ),
    )
}

async function show(name: string, options: Options, place: Place) {
  const {
    config: { now, sessionIdleDays: idleDays, sessionMaxDays: maxDays },
    store,
    audit,
  } = place
  const { id, username } = await userNamed(place, name)
  const sessions = await createSessions({ store, audit, now, idleDays, maxDays }).list(id)
  print(
    sessions.length === 0 ? `${username} is signed in nowhere.` : tableOfSessions(sessions),
    { sessions: sessions.map(toSessionJson) },
    options,
  )
}

async function end(name: string, which: string | true, options: Options, place: Place) {
  const { id, username } = await userNamed(place, name)
  const { administration } = await openServices(place)
  await (which === true
    ? administration.endSessions(id, operator)
    : administration.endSession(id, which.toLowerCase(), operator))
  print(
    which === true ? `${username} is signed out everywhere.` : `That session of ${username} has ended.`,
    {},
    options,
  )
}

function tableOfSessions(sessions: SessionInfo[]) {
  return tableOf(
    ['ID', 'DEVICE', 'ADDRESS', 'SIGNED IN', 'LAST USED', 'ENDS'],
    sessions.map(({ id, device, address, created_at: createdAt, used_at: usedAt, expires_at: expiresAt }) => [
      id,
      device,
      address ?? '-',
      ...[createdAt, usedAt, expiresAt].map((time) => timeOf(toIsoTime(time))),
    ]),
    { flexible: ['DEVICE'] },
  )
}
