import t from 'tap'
import { build, onBoth, query, register } from '../build.ts'
import { lookAt } from '../../src/store/look.ts'
import { placeOf } from '../tokens/forge.ts'

onBoth(t, 'who looks at a database sees what is committed, and can write nothing', async (t, database) => {
  const place = await placeOf(t, database)
  const { app } = await build(t, { environment: place })
  const look = await lookAt(place.DATABASE_URL)
  t.teardown(look.close)
  await register(app, 'ada')
  const names = () => look.read((db) => db.selectFrom('users').select('username').execute())
  t.strictSame(await names(), [{ username: 'ada' }])
  await t.rejects(look.read((db) => db.deleteFrom('users').execute()), /read-?only/i)
  await t.rejects(look.read((db) => db.schema.dropTable('sessions').execute()), /read-?only/i)
  t.strictSame(await names(), [{ username: 'ada' }])
  t.strictSame((await query(place.DATABASE_URL, 'select username from users')), [{ username: 'ada' }])
})
