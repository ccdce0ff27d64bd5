// @lane packaging
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import openapiTS, { astToString } from 'openapi-typescript'
import t from 'tap'
import { secretFor } from '../support/build.ts'
import { listening } from '../support/listening.ts'

const tsc = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url))
const run = promisify(execFile)

/** A program as a front-end developer would write it, against types generated from the document. */
const client = `
import createClient from 'openapi-fetch'
import type { components, operations, paths } from './api.ts'

type User = components['schemas']['User']
type Session = components['schemas']['Session']
type SignIn = operations['issueToken']['requestBody']['content']['application/x-www-form-urlencoded']

const { BASE_URL = '', USERNAME = '', PASSWORD = '' } = process.env
const api = createClient<paths>({ baseUrl: BASE_URL })

const ada = { username: USERNAME, password: PASSWORD }
const registered = await api.POST('/auth/users', { body: { ...ada, name: 'Ada Lovelace' } })
if (registered.error) throw new Error(registered.error.detail)
const user: User = registered.data

async function signIn (body: SignIn) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' } as const
  const { data, error } = await api.POST('/auth/token', { body, headers })
  if (error) throw new Error(error.error + ': ' + error.detail)
  return data
}

let session = await signIn({ username: USERNAME, password: PASSWORD, scope: 'account' })
const seconds: number = session.expires_in
const asJson = await api.POST('/auth/token', { body: { grant_type: 'password', ...ada } })

const anonymous = await api.GET('/auth/users/me')
api.use({
  onRequest ({ request }) {
    request.headers.set('authorization', 'Bearer ' + session.access_token)
  },
})
const me = await api.GET('/auth/users/me')
const email: string | null | undefined = me.data?.email

const { refresh_token: first } = session
session = await signIn({ grant_type: 'refresh_token', refresh_token: first ?? '' })
const listed = await api.GET('/auth/users/me/sessions')
const sessions: Session[] = listed.data?.sessions ?? []
const ended = await api.DELETE('/auth/users/me/sessions')
const nothing: undefined = ended.data
const left = await api.GET('/auth/users/me/sessions')
const unknown = await api.DELETE('/auth/users/me/sessions/{id}', { params: { path: { id: user.id } } })
const keys = await api.GET('/auth/jwks.json')
const metadata = await api.GET('/auth/.well-known/oauth-authorization-server')
const mayNot = await api.GET('/auth/keys')
const stranger = await api.POST('/auth/introspect', { body: { token: session.access_token } })
await api.POST('/auth/revoke', { body: { token: session.refresh_token ?? '' } })
const after = await api.GET('/auth/users/me')

const wrong = await signIn({ username: USERNAME, password: 'wrong' }).catch((error: Error) => error.message)
const refused = await api.POST('/auth/users', { body: { username: '', password: PASSWORD } })
const taken = await api.POST('/auth/users', { body: { username: USERNAME, password: PASSWORD } })
const ready = await api.GET('/health/ready')

// @ts-expect-error a password is needed
await api.POST('/auth/users', { body: { username: 'eve' } })
// @ts-expect-error this grant does not exist
await api.POST('/auth/token', { body: { grant_type: 'none', username: USERNAME, password: PASSWORD } })
// @ts-expect-error a token is needed
await api.POST('/auth/revoke', { body: {} })
// @ts-expect-error which one has to be said
await api.DELETE('/auth/users/me/sessions/{id}')
// @ts-expect-error keys are for signatures
keys.data?.keys.at(0)?.use === 'enc'
// @ts-expect-error registration never returns this code
taken.error?.code === 'own_account'
// @ts-expect-error there is no such address
await api.GET('/auth/user/me')

console.log(JSON.stringify({
  registered: { id: user.id, location: registered.response.headers.get('location') },
  session: { seconds, scope: session.scope, type: session.token_type },
  asJson: asJson.data?.token_type,
  anonymous: anonymous.error?.detail,
  refreshed: session.refresh_token !== first,
  sessions: sessions.map(({ current }) => current).sort(),
  ended: { status: ended.response.status, nothing, left: left.data?.sessions.length },
  unknown: unknown.error?.detail,
  keys: keys.data?.keys.map(({ alg }) => alg),
  grants: metadata.data?.grant_types_supported,
  mayNot: mayNot.error?.code,
  stranger: stranger.error?.error,
  after: after.error?.code,
  me: { id: me.data?.id, name: me.data?.name, email },
  wrong,
  refused: refused.error?.errors?.map(({ path, message }) => path + ' ' + message),
  taken: { status: taken.response.status, code: taken.error?.code, detail: taken.error?.detail },
  ready: ready.data?.status,
}))
`

t.test('a client generated from the document compiles in strict mode, signs in, refreshes and signs out', async (t) => {
  const { url } = await listening(t)
  const folder = t.testdir({
    'package.json': JSON.stringify({ type: 'module' }),
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        target: 'es2023',
        lib: ['es2023', 'dom'],
        types: ['node'],
        module: 'nodenext',
        strict: true,
        noUncheckedIndexedAccess: true,
        exactOptionalPropertyTypes: true,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true,
        skipLibCheck: true,
        noEmitOnError: true,
        rootDir: '.',
        outDir: 'built',
      },
      files: ['client.ts'],
    }),
    'api.ts': astToString(await openapiTS(new URL(`${url}/openapi.json`))),
    'client.ts': client,
  })

  const compiled = await run(process.execPath, [tsc, '-p', folder], { env: {} }).catch((failure) => failure)
  t.equal(compiled.stdout, '', 'the compiler reports nothing')

  const { stdout } = await run(process.execPath, [join(folder, 'built', 'client.js')], {
    env: { BASE_URL: url, USERNAME: 'ada', PASSWORD: secretFor('ada') },
  })
  const { registered, me, ...rest } = JSON.parse(stdout)
  t.match(registered, { id: /^[0-9a-f-]{36}$/, location: '/auth/users/me' })
  t.strictSame(me, { id: registered.id, name: 'Ada Lovelace', email: null })
  t.strictSame(rest, {
    session: { seconds: 900, scope: 'account', type: 'bearer' },
    asJson: 'bearer',
    anonymous: 'Not authenticated',
    refreshed: true,
    sessions: [false, true],
    ended: { status: 204, left: 1 },
    unknown: 'There is no such session.',
    keys: ['ES256'],
    grants: ['password', 'refresh_token', 'client_credentials'],
    mayNot: 'insufficient_scope',
    stranger: 'invalid_client',
    after: 'invalid_token',
    wrong: 'invalid_grant: Incorrect username or password',
    refused: ['/username must not be empty'],
    taken: { status: 409, code: 'username_taken', detail: 'The username is already taken. Choose another one.' },
    ready: 'ok',
  })
})
