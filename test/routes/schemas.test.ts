import t from 'tap'
import { compileEverySchema } from '../../plugins/schema-compilers.ts'
import { build } from '../support/build.ts'

t.test('every schema of every route compiles, even if no request has used it', async (t) => {
  await build(t)
  t.ok(compileEverySchema() >= 50)
})
