import { isErrorFromAlias } from '@zodios/core'
import { baseUrl, credentials, explainAccount, explainSignIn, show } from '../app'
import { api as definition, createApiClient } from './api'

const api = createApiClient(baseUrl)

try {
  await api.getAccount()
} catch (error) {
  if (isErrorFromAlias(definition.api, 'getAccount', error) && error.response.status === 401) {
    show({ withoutToken: explainAccount(error.response.data.code) })
  }
}

try {
  await api.issueToken({ ...credentials, scope: 'keys:write' })
} catch (error) {
  if (isErrorFromAlias(definition.api, 'issueToken', error) && error.response.status === 400) {
    show({ wrongScope: explainSignIn(error.response.data.error) })
  }
}

const tokens = await api.issueToken(credentials)
api.axios.defaults.headers.common.Authorization = `Bearer ${tokens.access_token}`
show({ type: tokens.token_type, scope: tokens.scope })

const user = await api.getAccount()
show({ username: user.username })

const page = await api.listUsers({ queries: { search: 'gr', disabled: false, limit: 1 } })
show({ users: page.users.map(({ username }) => username), total: page.total })

const refreshed = await api.issueToken({
  grant_type: 'refresh_token',
  refresh_token: tokens.refresh_token ?? '',
})
show({ refreshed: refreshed.access_token !== tokens.access_token })
