// @lane clients
import t, { type Test } from 'tap'
import { build } from '../support/build.ts'
import { createDocumentedHost, hostDocuments, mountOptions } from '../support/host.ts'
import { documentNames } from '../support/openapi.ts'
import { runProgram } from './support.ts'

t.test('Spectral reports no problem in the documents, except those that its ruleset excuses', async (t) => {
  const { app } = await build(t)
  const documents = documentNames.map(async (name) => (await app.inject(`/${name}`)).body)
  t.strictSame(await problemsIn(t, await Promise.all(documents)), [])
})

t.test('a mount causes no problem for Spectral in the document of its host', async (t) => {
  const app = await createDocumentedHost(t, hostDocuments['OpenAPI 3.1'], [{ ...mountOptions, openapi: true }])
  const problems = await problemsIn(t, [JSON.stringify(app.swagger())])
  const own = /^\["(info|paths","\/shoes)"/
  t.strictSame(
    problems.filter((problem) => !own.test(JSON.stringify(Reflect.get(Object(problem), 'path')))),
    [],
  )
  for (const ruleset of [/^(oas|operation|info)/, /^owasp:/]) {
    t.ok(
      problems.some((problem) => ruleset.test(String(Reflect.get(Object(problem), 'code')))),
      `${ruleset} is applied`,
    )
  }
})

function problemsIn(t: Test, documents: string[]) {
  const folder = t.testdir(Object.fromEntries(documents.map((text, index) => [`${index}.json`, text])))
  const paths = documents.map((_text, index) => `${folder}/${index}.json`)
  return runProgram('spectral.mjs', { DOCUMENTS: JSON.stringify(paths) })
}
