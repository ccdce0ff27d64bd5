import t, { type Test } from 'tap'
import { build, onBoth, query, register } from '../support/build.ts'
import { inspectDatabase, type Inspection } from '../../src/store/index.ts'
import { placeOf } from '../support/forged-tokens.ts'

onBoth(t, 'an inspection reads committed rows and cannot write', async (t, database) => {
  const place = await placeOf(t, database)
  const { app } = await build(t, { environment: place })
  const inspection = await inspectDatabase(place.DATABASE_URL)
  await register(app, 'ada')
  const names = () => inspection.read((db) => db.selectFrom('users').select('username').execute())
  t.strictSame(await names(), [{ username: 'ada' }])
  await rejectsWrites(t, inspection)
  await inspection.close()
  await app.close()
  const after = await inspectDatabase(place.DATABASE_URL)
  t.teardown(after.close)
  await rejectsWrites(t, after)
  t.strictSame(await query(place.DATABASE_URL, 'select username from users'), [{ username: 'ada' }])
})

async function rejectsWrites(t: Test, { read }: Inspection) {
  await t.rejects(
    read((db) => db.deleteFrom('users').execute()),
    /read-?only/i,
  )
  await t.rejects(
    read((db) => db.schema.dropTable('sessions').execute()),
    /read-?only/i,
  )
}
