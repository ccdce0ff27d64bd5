import { isAxiosError } from 'axios'
import { OpenAPIClientAxios } from 'openapi-client-axios'
import { baseUrl, credentials, explainAccount, explainSignIn, show } from '../app'
import type { Client, Components } from './api'

const api = new OpenAPIClientAxios({
  definition: `${baseUrl}/openapi.json`,
  axiosConfigDefaults: { baseURL: baseUrl },
})
const client = await api.init<Client>()

try {
  await client.getAccount()
} catch (error) {
  if (isAxiosError<Components.Schemas.UnauthenticatedProblem>(error) && error.response?.status === 401) {
    show({ withoutToken: explainAccount(error.response.data.code) })
  }
}

try {
  await client.issueToken(null, { ...credentials, scope: 'keys:write' })
} catch (error) {
  if (isAxiosError<Components.Schemas.TokenRequestError>(error) && error.response?.status === 400) {
    show({ wrongScope: explainSignIn(error.response.data.error) })
  }
}

const { data: tokens } = await client.issueToken(null, credentials)
client.defaults.headers.common.Authorization = `Bearer ${tokens.access_token}`
show({ type: tokens.token_type, scope: tokens.scope })

const { data: user } = await client.getAccount()
show({ username: user.username })

const { data: page } = await client.listUsers({ search: 'gr', disabled: false, limit: 1 })
show({ users: page.users.map(({ username }) => username), total: page.total })

const { data: refreshed } = await client.issueToken(null, {
  grant_type: 'refresh_token',
  refresh_token: tokens.refresh_token ?? '',
})
show({ refreshed: refreshed.access_token !== tokens.access_token })
