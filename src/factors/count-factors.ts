import type { Reader } from '../store/index.ts'

/** Counts the users with authenticator apps or recovery codes, which the master key encrypts. */
export async function countUsersOfCodes(db: Reader): Promise<number> {
  const apps = db.selectFrom('totp_devices').select('user_id')
  const { n } = await db
    .selectFrom(apps.union(db.selectFrom('recovery_codes').select('user_id')).as('users_of_codes'))
    .select((users) => users.fn.countAll().as('n'))
    .executeTakeFirstOrThrow()
  return Number(n)
}

/** Counts the second factors of a user, by kind. */
export async function countFactors(db: Reader, userId: string): Promise<{ apps: number; passkeys: number }> {
  const { apps, passkeys } = await db
    .selectNoFrom((query) => [
      query
        .selectFrom('totp_devices')
        .select(({ fn }) => fn.countAll().as('n'))
        .where('user_id', '=', userId)
        .where('confirmed_at', 'is not', null)
        .as('apps'),
      query
        .selectFrom('passkeys')
        .select(({ fn }) => fn.countAll().as('n'))
        .where('user_id', '=', userId)
        .as('passkeys'),
    ])
    .executeTakeFirstOrThrow()
  return { apps: Number(apps), passkeys: Number(passkeys) }
}
