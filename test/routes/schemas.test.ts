import t from 'tap'
import { compileEverySchema } from '../../plugins/schema-compilers.ts'
import { build } from '../support/build.ts'

t.test('every schema of every route compiles, not only those that requests have used', async (t) => {
  await build(t)
  t.ok(compileEverySchema() >= 50)
})
