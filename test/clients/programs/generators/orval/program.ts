import axios from 'axios'
import { baseUrl, credentials, explainAccount, explainSignIn, show } from '../app'
import { getAccount, issueToken, listUsers, type TokenRequestError, type UnauthenticatedProblem } from './api'

axios.defaults.baseURL = baseUrl

try {
  await getAccount()
} catch (error) {
  if (axios.isAxiosError<UnauthenticatedProblem>(error) && error.response?.status === 401) {
    show({ withoutToken: explainAccount(error.response.data.code) })
  }
}

try {
  await issueToken({ ...credentials, scope: 'keys:write' })
} catch (error) {
  if (axios.isAxiosError<TokenRequestError>(error) && error.response?.status === 400) {
    show({ wrongScope: explainSignIn(error.response.data.error) })
  }
}

const { data: tokens } = await issueToken(credentials)
axios.defaults.headers.common.Authorization = `Bearer ${tokens.access_token}`
show({ type: tokens.token_type, scope: tokens.scope })

const { data: user } = await getAccount()
show({ username: user.username })

const { data: page } = await listUsers({ search: 'gr', disabled: false, limit: 1 })
show({ users: page.users.map(({ username }) => username), total: page.total })

const { data: refreshed } = await issueToken({
  grant_type: 'refresh_token',
  refresh_token: tokens.refresh_token ?? '',
})
show({ refreshed: refreshed.access_token !== tokens.access_token })
