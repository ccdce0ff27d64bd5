import { Type } from '@sinclair/typebox'
import t from 'tap'
import { compileEverySchema, schemaCompilersFor } from '../../plugins/schema-compilers.ts'
import { build } from '../support/build.ts'
import { createDocumentedHost, hostDocuments, mountOptions } from '../support/host.ts'

t.test('every schema of every route compiles, even if no request has used it', async (t) => {
  await build(t)
  t.ok(compileEverySchema() >= 50)
})

t.test('invalid text is rejected wherever a schema has a string, even if the schema has no other rule', async (t) => {
  const Person = Type.Object({ name: Type.String(), type: Type.Optional(Type.String()) }, { $id: 'Person' })
  const { compileValidator } = schemaCompilersFor({ Person })
  const schemas = {
    field: Type.Object({ at: Type.String() }),
    'field with a format': Type.Object({ at: Type.String({ format: 'email' }) }),
    'nullable field': Type.Object({ at: Type.Unsafe({ type: ['string', 'null'] }) }),
    'one of several types': Type.Object({ at: Type.Union([Type.String(), Type.Integer()]) }),
    list: Type.Object({ at: Type.Array(Type.String()) }),
    'nested object': Type.Object({ at: Type.Object({ name: Type.String(), type: Type.String() }) }),
    definition: Type.Object({ at: Type.Unsafe({ $ref: 'Person#' }) }),
    'list of a definition': Type.Object({ at: Type.Array(Type.Unsafe({ $ref: 'Person#' })) }),
  }
  const shapes: Record<string, (text: string) => unknown> = {
    list: (text) => ['a', text],
    'nested object': (name) => ({ name, type: 'a' }),
    definition: (name) => ({ name }),
    'list of a definition': (name) => [{ name, type: 'a' }],
  }
  for (const [what, schema] of Object.entries(schemas)) {
    const validate = compileValidator({ schema, method: 'POST', url: '/', httpPart: 'body' })
    const shape = shapes[what] ?? ((text) => text)
    t.equal(validate({ at: shape('ada') }), true, what)
    for (const text of ['a\0', 'a\ud800', 'a\ufffd']) {
      t.equal(validate({ at: shape(text) }), false, `${what}: ${JSON.stringify(text)}`)
    }
  }
})

t.test('invalid text is rejected by routes that no document shows', async (t) => {
  const app = await createDocumentedHost(t, hostDocuments['OpenAPI 3.1'], [{ ...mountOptions, openapi: false }])
  const payload = { username: 'a\0', password: 'correct horse battery staple' }
  const response = await app.inject({ method: 'POST', url: '/auth/users', payload })
  t.match(response.json(), { errors: [{ path: '/username', message: 'contains invalid characters' }] })
})
