import { baseUrl, credentials, explainAccount, explainSignIn, show } from '../app'
import { getAccount, issueToken, listUsers } from './api'
import { client } from './api/client.gen'

let accessToken: string | undefined
client.setConfig({ baseUrl, auth: () => accessToken })

const missing = await getAccount()
show({ withoutToken: missing.error && explainAccount(missing.error.code) })

const wrong = await issueToken({ body: { ...credentials, scope: 'keys:write' } })
show({ wrongScope: wrong.error && explainSignIn(wrong.error.error) })

const { data: tokens } = await issueToken({ body: credentials })
accessToken = tokens?.access_token
show({ type: tokens?.token_type, scope: tokens?.scope })

const { data: user } = await getAccount()
show({ username: user?.username })

const page = await listUsers({ query: { search: 'gr', disabled: false, limit: 1 } })
show({ users: page.data?.users.map(({ username }) => username), total: page.data?.total })

const { data: next } = await issueToken({
  body: { grant_type: 'refresh_token', refresh_token: tokens?.refresh_token ?? '' },
})
accessToken = next?.access_token
show({ refreshed: next && next.access_token !== tokens?.access_token })
