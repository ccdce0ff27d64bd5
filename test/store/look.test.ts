import t, { type Test } from 'tap'
import { build, onBoth, query, register } from '../support/build.ts'
import { lookAt, type Look } from '../../src/store/inspect.ts'
import { placeOf } from '../support/forged-tokens.ts'

onBoth(t, 'who looks at a database sees what is committed, and can write nothing', async (t, database) => {
  const place = await placeOf(t, database)
  const { app } = await build(t, { environment: place })
  const look = await lookAt(place.DATABASE_URL)
  await register(app, 'ada')
  const names = () => look.read((db) => db.selectFrom('users').select('username').execute())
  t.strictSame(await names(), [{ username: 'ada' }])
  await refusesWriting(t, look)
  await look.close()
  await app.close()
  const after = await lookAt(place.DATABASE_URL)
  t.teardown(after.close)
  await refusesWriting(t, after)
  t.strictSame(await query(place.DATABASE_URL, 'select username from users'), [{ username: 'ada' }])
})

async function refusesWriting(t: Test, { read }: Look) {
  await t.rejects(
    read((db) => db.deleteFrom('users').execute()),
    /read-?only/i,
  )
  await t.rejects(
    read((db) => db.schema.dropTable('sessions').execute()),
    /read-?only/i,
  )
}
