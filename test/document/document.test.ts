import { readFile } from 'node:fs/promises'
import t, { type Test } from 'tap'
import { administrationScopes } from '../../src/authorization/index.ts'
import { build, postForm } from '../support/build.ts'
import {
  bodiesOf,
  documentNames,
  documentOf,
  exampleOf,
  operationsOf,
  resolved,
  type Document,
  type Schema,
} from '../support/openapi.ts'

t.test('the served documents match the committed ones, and describe the same operations', async (t) => {
  // With a known origin, token URLs are absolute.
  const { app } = await build(t, { environment: { PUBLIC_URL: '' } })
  for (const name of documentNames) {
    const committed = JSON.parse(await readFile(name, 'utf8'))
    t.strictSame(await documentOf(app, name), committed, 'otherwise run: npm run generate')
  }
  const [served, older] = [await documentOf(app), await documentOf(app, 'openapi-3.0.json')]
  t.match([served, older], [{ openapi: '3.1.0' }, { openapi: '3.0.3' }])
  t.strictSame((await app.inject({ url: '/docs/json' })).json(), served, 'the docs page shows the same document')
  const idsIn = (document: Document) =>
    operationsOf(document).map(({ place, operation }) => `${place} ${operation.operationId}`)
  t.strictSame(idsIn(older), idsIn(served))
  t.strictSame(Object.keys(older.components.schemas), Object.keys(served.components.schemas))
})

t.test('the document is serialized once and not sent to a client that already has it (X7)', async (t) => {
  const { app } = await build(t)
  const { body } = await app.inject('/openapi.json')
  Object.assign(app.swagger().info ?? {}, { title: 'Written out again' })
  for (const url of ['/openapi.json', '/openapi-3.0.json', '/docs/json', '/docs/yaml']) {
    const first = await app.inject(url)
    Object.assign(app.swagger().info ?? {}, { title: `Written out again after ${url}` })
    const second = await app.inject(url)
    t.match(second, { statusCode: 200, body: first.body, headers: { ...first.headers, date: String } }, url)
    t.match(first.headers, { 'cache-control': 'no-cache', etag: /^"[\w-]{43}"$/ }, url)
    const unchanged = await app.inject({ url, headers: { 'if-none-match': `"other", W/${first.headers.etag}` } })
    t.match(unchanged, { statusCode: 304, body: '', headers: { etag: first.headers.etag } }, url)
  }
  for (const encoding of ['br', 'gzip']) {
    const headers = { 'accept-encoding': encoding }
    const compressed = await app.inject({ url: '/openapi.json', headers })
    t.match(compressed.headers, { 'content-encoding': encoding, vary: 'accept-encoding' })
    t.ok(compressed.rawPayload.length < body.length / 5)
    const etag = String(compressed.headers.etag)
    t.equal((await app.inject({ url: '/openapi.json', headers: { 'if-none-match': etag } })).statusCode, 200)
    const same = await app.inject({ url: '/openapi.json', headers: { ...headers, 'if-none-match': etag } })
    t.equal(same.statusCode, 304)
  }
  t.equal((await app.inject('/docs/json')).body, body, 'the docs page and clients get the same document')
  t.match((await app.inject('/docs/yaml')).body, /^openapi: 3\.1\.0\n/)
})

t.test('every operation has a description, one described tag, and a meaning for each status', async (t) => {
  const document = await documentFor(t)
  const tags = document.tags.map(({ name }) => name)
  for (const { place, operation } of operationsOf(document)) {
    t.match(operation, { operationId: /^[a-z]+[A-Z]/, summary: /^[A-Z].*[^.]$/, description: /^[A-Z].*\.$/s }, place)
    t.equal(operation.tags?.length, 1, `${place} has one tag`)
    t.ok(tags.includes(operation.tags?.[0] ?? ''), `${place} has a described tag`)
    for (const [status, { description }] of Object.entries(operation.responses)) {
      t.match(description, /^[A-Z].*\.$/, `${place} ${status}`)
    }
    t.ok(operation.responses['500'] && operation.responses['503'], `${place} can fail`)
  }
  for (const { name, description } of document.tags) t.match(description, /^[A-Z].*\.$/, name)
})

t.test('the description of every operation names the administration scopes that it requires', async (t) => {
  const required = new Set<string>()
  for (const { place, operation } of operationsOf(await documentFor(t))) {
    for (const scope of (operation.security ?? []).flatMap((scheme) => Object.values(scheme).flat())) {
      if (!administrationScopes.some((one) => one === scope)) continue
      t.match(operation.description, new RegExp(`Requires the scopes? .*\`${scope}\``), place)
      required.add(scope)
    }
  }
  t.same([...required].toSorted(), administrationScopes.toSorted())
})

t.test('every summary begins with an imperative, and no description has more than three sentences', async (t) => {
  const operations = operationsOf(await documentFor(t))
  for (const { place, operation } of operations) {
    const { summary = '', description = '' } = operation
    t.notMatch(summary, /^(A|An|The|This|What|Whether|How|Which|One|Your)\b|^[A-Z][a-z]+(s|ed|ing)\b/, place)
    const [text = ''] = description.split('\n\nRequires the scope')
    const sentences = text.split(/(?<=[.?!]) (?=[A-Z`“])/)
    t.ok(sentences.length <= 3, `${place} has ${sentences.length} sentences`)
    for (const sentence of sentences) t.ok(sentence.split(' ').length <= 30, `${place}: ${sentence}`)
  }
})

const postVerbs = [
  ...['accept', 'change', 'create', 'delete', 'introspect', 'issue', 'reauthenticate', 'register', 'request', 'reset'],
  ...['revoke', 'rotate', 'start', 'unlock', 'verify'],
]

/** The first words of operationIds, by method. See CONTRIBUTING. */
const verbsOf: Record<string, RegExp | undefined> = {
  GET: /^(get|list|export|check)[A-Z]/,
  POST: RegExp(`^(${postVerbs.join('|')})[A-Z]`),
  PATCH: /^change[A-Z]/,
  DELETE: /^(delete|end)[A-Z]/,
}

t.test('operations and schemas have names that read well in generated code', async (t) => {
  const document = await documentFor(t)
  const ids = operationsOf(document).map(({ operation }) => operation.operationId ?? '')
  t.equal(new Set(ids).size, ids.length, 'no name is used twice')
  for (const { place, operation } of operationsOf(document)) {
    const { operationId: id = '' } = operation
    const [method, path = ''] = place.split(' ')
    t.match(id, /^[a-z]+([A-Z][a-z]+)+$/, 'a verb and a noun')
    t.match(id, verbsOf[method ?? ''], `the verb of ${place}`)
    // The noun says whose data it is.
    if (path.startsWith('/auth/users/me')) t.match(id, /Account/, place)
    if (path.startsWith('/auth/users/{id}')) t.match(id, /User/, place)
  }
  for (const name of Object.keys(document.components.schemas)) t.match(name, /^([A-Z][a-z]*)+$/, 'a noun')
})

t.test('every schema in use has a name', async (t) => {
  const document = await documentFor(t)
  for (const { place, operation } of operationsOf(document)) {
    for (const { status, mediaType, schema } of bodiesOf(operation)) {
      t.match(schema, { $ref: /^#\/components\/schemas\// }, `${place} ${status} ${mediaType}`)
    }
  }
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    for (const { path, part } of partsOf(schema, name)) {
      t.not(part.type, 'object', `${path} is not an anonymous object`)
    }
  }
})

t.test('every body has an example, and an error’s example matches its status', async (t) => {
  const document = await documentFor(t)
  for (const { place, operation } of operationsOf(document)) {
    for (const { status, mediaType, schema, example = exampleOf(document, schema) } of bodiesOf(operation)) {
      t.type(example, 'object', `${place} ${status} ${mediaType}`)
      if (mediaType === 'application/problem+json') t.match(example, { status: Number(status) }, `${place} ${status}`)
    }
  }
})

t.test('each error lists its codes as an enumeration, and its description explains each', async (t) => {
  const document = await documentFor(t)
  for (const { place, operation } of operationsOf(document)) {
    for (const { status, schema } of bodiesOf(operation).filter(({ status }) => /^[45]/.test(status))) {
      const codes = resolved(document, schema).properties?.code?.enum ?? []
      t.not(codes.length, 0, `${place} ${status}`)
      const description = operation.responses[status]?.description
      for (const code of codes) t.match(description, `\`${String(code)}\``, `${place} ${status}`)
    }
  }
})

/** The parts of a schema and of those that it refers to. */
function allPartsOf(document: Document, schema: Schema, place: string): ReturnType<typeof partsOf> {
  return partsOf(resolved(document, schema), place).flatMap(({ path, part }) =>
    part.$ref === undefined ? [{ path, part }] : allPartsOf(document, part, path),
  )
}

t.test('every string in a request has a maximum length or an enum', async (t) => {
  const document = await documentFor(t)
  for (const { place, operation } of operationsOf(document)) {
    const bodies = bodiesOf(operation).filter(({ status }) => status === 'request')
    const parts = bodies.flatMap(({ schema }) => allPartsOf(document, schema, place))
    const parameters = (operation.parameters ?? []).map(({ name, schema }) => ({
      path: `${place} ${name}`,
      part: schema,
    }))
    for (const { path, part } of [...parts, ...parameters]) {
      const types = [part.type ?? 'reference'].flat()
      t.notMatch(types, ['reference'], path)
      if (types.includes('string')) t.ok(part.maxLength ?? part.enum, path)
    }
  }
})

t.test('no format has a name of our own', async (t) => {
  const formats = [...JSON.stringify(await documentFor(t)).matchAll(/"format":"([^"]*)"/g)].map(([, name = '']) => name)
  t.strictSame([...new Set(formats)].sort(), ['date-time', 'email', 'int32', 'int64', 'password', 'uri', 'uuid'])
})

t.test('the examples of requests are accepted unchanged', async (t) => {
  const { app } = await build(t)
  const document = await documentOf(app)
  const post = (path: string) => {
    const [[type, { schema, example = exampleOf(document, schema) }] = ['', { schema: {} }]] = Object.entries(
      document.paths[path]?.post?.requestBody?.content ?? {},
    )
    const payload = JSON.stringify(example)
    return type === 'application/json'
      ? app.inject({ method: 'POST', url: path, headers: { 'content-type': type }, payload })
      : postForm(app, path, JSON.parse(payload))
  }
  t.equal((await post('/auth/users')).statusCode, 201)
  t.equal((await post('/auth/token')).statusCode, 200)
})

t.test('the documented authorization matches what the routes enforce', async (t) => {
  const { app } = await build(t)
  const document = await documentOf(app)
  for (const { place, operation } of operationsOf(document)) {
    const [method, url = ''] = place.split(' ')
    const { statusCode, headers } = await app.inject({ url, method: methodOf(method) })
    const isOptional = operation.security?.some((scheme) => Object.keys(scheme).length === 0) ?? false
    const isGuarded = !isOptional && (operation.security?.some((scheme) => 'latchkey' in scheme) ?? false)
    t.equal(statusCode === 401 && headers['www-authenticate'] === 'Bearer', isGuarded, place)
    t.equal(operation.responses['401'] !== undefined || !isGuarded, true, `${place} documents its 401`)
  }
})

t.test('introspection requires a client, and the other two endpoints of OAuth 2.0 are open', async (t) => {
  const { paths, components } = await documentFor(t)
  t.match(components.securitySchemes.latchkeyClient, { type: 'http', scheme: 'basic' })
  t.strictSame(paths['/auth/introspect']?.post?.security, [{ latchkeyClient: [] }])
  for (const path of ['/auth/token', '/auth/revoke']) t.strictSame(paths[path]?.post?.security, [], path)
})

t.test('every field for the present password is called current_password (N2)', async (t) => {
  const { components } = await documentFor(t)
  const names = Object.entries(components.schemas).flatMap(([schema, { properties = {} }]) =>
    Object.entries(properties)
      .filter(([, { format }]) => format === 'password')
      .map(([name]) => `${schema}.${name}`)
      .filter((name) => name.endsWith('password')),
  )
  t.strictSame(names.sort(), [
    'AccountChange.current_password',
    'AccountDeletion.current_password',
    'EmailVerification.current_password',
    'InvitationAcceptance.password',
    'NewUser.password',
    'PasswordChange.current_password',
    'PasswordChange.new_password',
    'PasswordReset.new_password',
    'Reauthentication.current_password',
    'TokenRequest.password',
  ])
})

t.test('a response without a body is documented without one', async (t) => {
  const document = await documentFor(t)
  const bare = operationsOf(document).flatMap(({ operation }) =>
    Object.entries(operation.responses)
      .filter(([, { content }]) => content === undefined)
      .map(([status]) => `${operation.operationId} ${status}`),
  )
  t.strictSame(bare.sort(), [
    'deleteAccount 204',
    'deleteAccountPasskey 204',
    'deleteAccountTotp 204',
    'deleteClient 204',
    'deleteInvitation 204',
    'deleteUser 204',
    'deleteUserFactors 204',
    'endAccountSession 204',
    'endAllSessions 204',
    'endOtherAccountSessions 204',
    'endUserSession 204',
    'endUserSessions 204',
    'getJwks 304',
    'requestEmailVerification 202',
    'requestPasswordReset 202',
    'resetPassword 204',
    'startUserPasswordReset 202',
    'unlockUser 204',
    'verifyEmail 204',
  ])
})

t.test('every scope that an operation needs is offered by the flow that grants it', async (t) => {
  const document = await documentFor(t)
  const { latchkey, latchkeyClientCredentials } = document.components.securitySchemes
  for (const { place, operation } of operationsOf(document)) {
    const security = operation.security ?? []
    for (const scope of security.flatMap(({ latchkey = [] }) => latchkey)) {
      t.ok(latchkey?.flows.password?.scopes[scope], place)
    }
    const ofClients = security.flatMap((one) => one.latchkeyClientCredentials ?? [])
    for (const scope of ofClients) t.ok(latchkeyClientCredentials?.flows.clientCredentials?.scopes[scope], place)
    t.equal(ofClients.length > 0, operation.tags?.[0] === 'Administration', `whether clients may use ${place}`)
  }
})

t.test('the document follows the prefix', async (t) => {
  const { app } = await build(t, { environment: { PREFIX: '/api/v1/auth' } })
  const { paths, components } = await documentOf(app)
  t.ok(paths['/api/v1/auth/users/me'])
  const { latchkey, latchkeyClientCredentials } = components.securitySchemes
  t.equal(latchkey?.flows.password?.tokenUrl, 'http://localhost:3000/api/v1/auth/token')
  t.equal(latchkeyClientCredentials?.flows.clientCredentials?.tokenUrl, 'http://localhost:3000/api/v1/auth/token')
})

function methodOf(text = '') {
  return (['GET', 'POST', 'PATCH', 'DELETE'] as const).find((method) => method === text) ?? 'HEAD'
}

async function documentFor(t: Test): Promise<Document> {
  const { app } = await build(t)
  return documentOf(app)
}

/** All nested parts of a schema, without the schema itself. */
function partsOf({ properties = {}, items }: Schema, path: string): { path: string; part: Schema }[] {
  const parts = Object.entries(properties).map(([name, part]) => ({ path: `${path}.${name}`, part }))
  if (items !== undefined) parts.push({ path: `${path}[]`, part: items })
  return parts.flatMap(({ path, part }) => [{ path, part }, ...partsOf(part, path)])
}
