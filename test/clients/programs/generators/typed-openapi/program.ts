import { baseUrl, credentials, explainAccount, explainSignIn, show } from '../app'
import { createApiClient } from './api'

let accessToken: string | undefined
// The generated client leaves the requests to the app.
const api = createApiClient(
  {
    fetch: ({ method, url, urlSearchParams, parameters }) => {
      if (urlSearchParams) url.search = urlSearchParams.toString()
      const body = parameters?.body
      return fetch(url, {
        method,
        headers: accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` },
        ...(body ? { body: new URLSearchParams(Object.entries(body)) } : {}),
      })
    },
  },
  baseUrl,
)

const missing = await api.get('/auth/users/me', { withResponse: true })
if (missing.status === 401) show({ withoutToken: explainAccount(missing.data.code) })

const wrong = await api.post('/auth/token', { body: { ...credentials, scope: 'keys:write' }, withResponse: true })
if (wrong.status === 400) show({ wrongScope: explainSignIn(wrong.data.error) })

const tokens = await api.post('/auth/token', { body: credentials })
accessToken = tokens.access_token
show({ type: tokens.token_type, scope: tokens.scope })

const user = await api.get('/auth/users/me')
show({ username: user.username })

const page = await api.get('/auth/users', { query: { search: 'gr', disabled: false, limit: 1 } })
show({ users: page.users.map(({ username }) => username), total: page.total })

const next = await api.post('/auth/token', {
  body: { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' },
})
accessToken = next.access_token
show({ refreshed: next.access_token !== tokens.access_token })
