import createClient from 'openapi-fetch'
import { baseUrl, credentials, explainAccount, explainSignIn, show } from '../app'
import type { paths } from './api'

let accessToken: string | undefined
const api = createClient<paths>({ baseUrl })
api.use({
  onRequest({ request }) {
    if (accessToken !== undefined) request.headers.set('authorization', `Bearer ${accessToken}`)
  },
})
const headers = { 'content-type': 'application/x-www-form-urlencoded' }

const missing = await api.GET('/auth/users/me')
show({ withoutToken: missing.error && explainAccount(missing.error.code) })

const wrong = await api.POST('/auth/token', { body: { ...credentials, scope: 'keys:write' }, headers })
show({ wrongScope: wrong.error && explainSignIn(wrong.error.error) })

const { data: tokens } = await api.POST('/auth/token', { body: credentials, headers })
accessToken = tokens?.access_token
show({ type: tokens?.token_type, scope: tokens?.scope })

const { data: user } = await api.GET('/auth/users/me')
show({ username: user?.username })

const page = await api.GET('/auth/users', { params: { query: { search: 'gr', disabled: false, limit: 1 } } })
show({ users: page.data?.users.map(({ username }) => username), total: page.data?.total })

const { data: next } = await api.POST('/auth/token', {
  body: { grant_type: 'refresh_token', refresh_token: tokens?.refresh_token ?? '' },
  headers,
})
accessToken = next?.access_token
show({ refreshed: next && next.access_token !== tokens?.access_token })
