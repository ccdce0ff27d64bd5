/* A front end that uses most operations. What must not compile is marked. */
import createClient from 'openapi-fetch'
import { baseUrl, password, show } from '../app'
import type { components, operations, paths } from './api'

type User = components['schemas']['User']
type Session = components['schemas']['Session']
type SignIn = operations['issueToken']['requestBody']['content']['application/x-www-form-urlencoded']

const api = createClient<paths>({ baseUrl })

const username = 'mary'
const mary = { username, password }
const registered = await api.POST('/auth/users', { body: { ...mary, name: 'Mary Somerville' } })
if (registered.error) throw new Error(registered.error.detail)
const user: User = registered.data

async function signIn(body: SignIn) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' } as const
  const { data, error } = await api.POST('/auth/token', { body, headers })
  if (error) throw new Error(error.error)
  return data
}

let session = await signIn({ username, password, scope: 'account' })
const seconds: number = session.expires_in
const asJson = await api.POST('/auth/token', { body: { grant_type: 'password', ...mary } })

const anonymous = await api.GET('/auth/users/me')
api.use({
  onRequest({ request }) {
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
const forbidden = await api.GET('/auth/keys')
const stranger = await api.POST('/auth/introspect', { body: { token: session.access_token } })
await api.POST('/auth/revoke', { body: { token: session.refresh_token ?? '' } })
const after = await api.GET('/auth/users/me')

const wrong = await signIn({ username, password: 'wrong' }).catch((error: Error) => error.message)
const refused = await api.POST('/auth/users', { body: { username: '', password } })
const taken = await api.POST('/auth/users', { body: { username, password } })
const ready = await api.GET('/health/ready')

const eve = { username: 'eve', password }
const { error: half } = await api.POST('/auth/token', { body: eve })
const unfinished = half?.error === 'mfa_required' ? half : undefined
const finished = await signIn({
  grant_type: 'urn:latchkey:grant-type:mfa',
  mfa_token: unfinished?.mfa_token ?? '',
  otp: process.env.RECOVERY_CODE ?? '',
})

// @ts-expect-error a password is needed
await api.POST('/auth/users', { body: { username: 'eve' } })
// @ts-expect-error this grant does not exist
await api.POST('/auth/token', { body: { grant_type: 'none', username, password } })
// @ts-expect-error a token is needed
await api.POST('/auth/revoke', { body: {} })
// @ts-expect-error the id of a session is needed
await api.DELETE('/auth/users/me/sessions/{id}')
// @ts-expect-error there is no such path
await api.GET('/auth/user/me')

show({
  // @ts-expect-error keys are for signatures
  isForEncryption: keys.data?.keys.at(0)?.use === 'enc',
  // @ts-expect-error registration never returns this code
  isOwnAccount: taken.error?.code === 'own_account',
  location: registered.response.headers.get('location'),
  session: { seconds, scope: session.scope, type: session.token_type },
  asJson: asJson.data?.token_type,
  unfinished: unfinished?.factors,
  // @ts-expect-error there is no such factor
  isByEmail: unfinished?.factors.includes('email'),
  finished: finished.scope,
  anonymous: anonymous.error?.code,
  refreshed: session.refresh_token !== first,
  sessions: sessions.map(({ current }) => current).sort(),
  ended: { status: ended.response.status, nothing, left: left.data?.sessions.length },
  unknown: unknown.error?.code,
  keys: keys.data?.keys.map(({ alg }) => alg),
  grants: metadata.data?.grant_types_supported,
  forbidden: forbidden.error?.code,
  stranger: stranger.error?.error,
  after: after.error?.code,
  me: { isRegistered: me.data?.id === user.id, name: me.data?.name, email },
  wrong,
  refused: refused.error?.errors?.map(({ path }) => path),
  taken: { status: taken.response.status, code: taken.error?.code },
  ready: ready.data?.status,
})
