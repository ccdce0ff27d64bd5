import { mkdir } from 'node:fs/promises'
import BetterSqlite from 'better-sqlite3'
import { Kysely, Migrator, PostgresDialect, sql, SqliteDialect } from 'kysely'
import pg from 'pg'
import { migrationNames, migrations, migrationTable } from '../../../src/store/migrations.ts'
import { schemaDialect as postgresSchema } from '../../../src/store/postgres/dialect.ts'
import { schemaDialect as sqliteSchema } from '../../../src/store/sqlite/dialect.ts'
import type { DatabaseKind, Fault, Stage } from '../fault.ts'
import { createService, databaseOf, runCommand, runSuccessfully } from '../service.ts'

/** The last migration of the version before the oldest that is still upgraded under load. */
const oldVersion = '0004_guarding_audit_administration'
const oldEvents = 100_000
const databases = ['sqlite', 'postgres'] as const

/** Fault 10: a migration that is killed, instances that migrate together, a database newer than the program. */
export const migrationFaults: Fault[] = databases.flatMap((database): Fault[] => [
  { number: 10, title: 'migration killed half way', database, run: killMigrations },
  { number: 10, title: 'three instances that start with an old database', database, run: startTogether },
  { number: 10, title: 'database newer than the program', database, run: refuseNewer },
])

async function killMigrations(stage: Stage) {
  const database = await createOldDatabase(stage)
  const before = await database.applied()
  let [killed, finished] = [0, 0]
  // A whole migration takes about as long as the upper bound.
  for (let round = 0; round < stage.kills; round++) {
    const { code } = await runCommand(database, ['migrate'], (kill) => {
      setTimeout(kill, stage.random.between(200, 1_500)).unref()
    })
    const applied = await database.applied()
    if (applied === migrationNames.length) {
      finished++
      break
    }
    if (code === 0 || applied !== before) throw new Error(`${applied} of ${migrationNames.length} were applied.`)
    killed++
  }
  await runSuccessfully(database, ['migrate'])
  const events = await database.countEvents()
  if (events !== oldEvents) throw new Error(`${events} of ${oldEvents} events were migrated.`)
  if ((await database.applied()) !== migrationNames.length) throw new Error('Migrations are missing.')
  await database.destroy()
  return [`${killed} kills before the commit, ${finished} after it`, `all or nothing applied, ${oldEvents} rows intact`]
}

async function startTogether(stage: Stage) {
  const database = await createOldDatabase(stage)
  const services = await Promise.all(
    // SQLite has one instance, and others that are started by mistake.
    [0, 1, 2].map(() => createService(stage, database)),
  )
  const seconds = Math.max(...(await Promise.all(services.map((service) => service.start()))))
  const applied = await database.applied()
  if (applied !== migrationNames.length) throw new Error(`${applied} migrations were applied.`)
  const failures = services.flatMap((service) => service.failures())
  if (failures.length > 0) throw new Error(failures[0])
  await database.destroy()
  return [`migrated once, all ready after ${seconds.toFixed(1)} s`]
}

async function refuseNewer(stage: Stage) {
  const database = await createOldDatabase(stage, 10)
  await runSuccessfully(database, ['migrate'])
  await sql`
    insert into ${sql.table(migrationTable)} values ('9999_from_the_future', '2030-01-01T00:00:00.000Z')
  `.execute(database.db)
  const service = await createService(stage, database)
  const { code, stderr } = await service.startInVain()
  if (code !== 1 || !/newer version of Latchkey.*9999_from_the_future/.test(stderr)) {
    throw new Error(`It ended with ${code} and printed: ${stderr}`)
  }
  await database.destroy()
  return ['refused with the name of the unknown migration']
}

/** A database of an old version, with so many events that its migration takes a while. */
async function createOldDatabase(stage: Stage, events = oldEvents) {
  const { url, dataDir, environment } = await databaseOf(stage)
  await mkdir(dataDir, { recursive: true })
  const db = openDatabase(stage.database, url)
  const schema = stage.database === 'postgres' ? postgresSchema : sqliteSchema
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations(schema) },
    migrationTableName: migrationTable,
    migrationLockTableName: `${migrationTable}_lock`,
  })
  const { error } = await migrator.migrateTo(oldVersion)
  if (error !== undefined) throw error
  await sql`
    with recursive numbers (number) as (
      select 1 union all select number + 1 from numbers where number < ${sql.lit(events)}
    )
    insert into events (id, created_at, event, outcome, details)
    select 'event ' || number, number, 'signed_in', 'success', '{"factor":"mailed code","known_place":true}'
    from numbers
  `.execute(db)
  const count = async (table: string, condition = sql<boolean>`1 = 1`) => {
    const rows = sql<{ count: number | string }>`select count(*) as count from ${sql.table(table)} where ${condition}`
    return Number((await rows.execute(db)).rows[0]?.count)
  }
  return {
    db,
    dataDir,
    environment,
    applied: () => count(migrationTable),
    // Without the events of the service itself, such as a published key.
    countEvents: () => count('events', sql<boolean>`id like 'event %' and details like '%known_location%'`),
    destroy: () => db.destroy(),
  }
}

function openDatabase(kind: DatabaseKind, url: string): Kysely<unknown> {
  return new Kysely({
    dialect:
      kind === 'postgres'
        ? new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) })
        : new SqliteDialect({ database: new BetterSqlite(url.slice('file:'.length), { timeout: 10_000 }) }),
  })
}
