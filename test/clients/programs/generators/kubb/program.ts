import { axiosInstance } from '@kubb/plugin-client/clients/axios'
import { isAxiosError } from 'axios'
import { baseUrl, credentials, explainAccount, explainSignIn, show } from '../app'
import { getAccount, type IssueToken400, type GetAccount401, issueToken, listUsers } from './api'

axiosInstance.defaults.baseURL = baseUrl

try {
  await getAccount()
} catch (error) {
  if (isAxiosError<GetAccount401>(error) && error.response?.status === 401) {
    show({ withoutToken: explainAccount(error.response.data.code) })
  }
}

try {
  await issueToken({ ...credentials, scope: 'keys:write' })
} catch (error) {
  if (isAxiosError<IssueToken400>(error) && error.response?.status === 400) {
    show({ wrongScope: explainSignIn(error.response.data.error) })
  }
}

const tokens = await issueToken(credentials)
axiosInstance.defaults.headers.common.Authorization = `Bearer ${tokens.access_token}`
show({ type: tokens.token_type, scope: tokens.scope })

const user = await getAccount()
show({ username: user.username })

const page = await listUsers({ search: 'gr', disabled: false, limit: 1 })
show({ users: page.users.map(({ username }) => username), total: page.total })

const refreshed = await issueToken({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' })
show({ refreshed: refreshed.access_token !== tokens.access_token })
