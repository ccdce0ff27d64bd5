import { endsOf, keyTypeOf } from '../../keys/index.ts'
import type { Examined } from './circumstances.ts'
import { fault, type Finding, ok, orOk, warning } from './finding.ts'

const day = 24 * 60 * 60 * 1000

const remedy =
  'A running service does it by itself. Does it run, over this database? Does its log say key_rotation_failed? "latchkey keys list" shows the keys.'

/** Whether the rotation does what it should; a day late is not late. */
export async function checkSigningKeys({
  config: { algorithm, keyRotationDays },
  database,
  now,
}: Examined): Promise<Finding[]> {
  const { family, rows } = await database.read(async (db) => ({
    family: await db.selectFrom('state').select('value').where('name', '=', 'key_type').executeTakeFirst(),
    rows: await db.selectFrom('signing_keys').selectAll().orderBy('generation').execute(),
  }))
  if (family !== undefined && family.value !== keyTypeOf(algorithm)) {
    return [
      warning(
        `ALGORITHM is ${algorithm}, and the service was last started with ${algorithm === 'HS256' ? 'another one' : 'HS256'}.`,
        'Give the settings of the service. If it is meant to change: restart every instance, which withdraws every key; apps refresh.',
      ),
    ]
  }
  if (algorithm === 'HS256') return [ok('Under HS256 the key is SECRET_KEY.')]
  const newest = rows.at(-1)
  if (newest === undefined) {
    return [fault('There is no signing key: nobody can sign in.', 'Start the service: it makes one.')]
  }

  const time = now()
  const dueAt = newest.signs_at + keyRotationDays * day
  const over = rows.filter((row) => (endsOf(row, rows).removedAt ?? Infinity) + day < time)
  return orOk(
    [
      ...(dueAt + day < time
        ? [
            warning(
              `The key that signs is from ${dateOf(newest.signs_at)}; the next one should have taken over by ${dateOf(dueAt)}.`,
              remedy,
            ),
          ]
        : []),
      ...(over.length > 0
        ? [
            warning(
              `${over.map(({ kid }) => kid).join(', ')} should have been removed: nothing that was signed with it is valid any more.`,
              remedy,
            ),
          ]
        : []),
    ],
    `The newest is ${newest.alg}, and the next one takes over by ${dateOf(dueAt)}.`,
  )
}

function dateOf(time: number) {
  return new Date(time).toISOString().slice(0, 10)
}
