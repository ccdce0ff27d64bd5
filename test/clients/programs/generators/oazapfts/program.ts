import { baseUrl, credentials, explainAccount, explainSignIn, show } from '../app'
import { defaults, getAccount, issueToken, listUsers } from './api'
import { ok } from '@oazapfts/runtime'

defaults.baseUrl = baseUrl

const missing = await getAccount()
if (missing.status === 401) show({ withoutToken: explainAccount(missing.data.code) })

const wrong = await issueToken({ ...credentials, scope: 'keys:write' })
if (wrong.status === 400) show({ wrongScope: explainSignIn(wrong.data.error) })

const tokens = await ok(issueToken(credentials))
defaults.headers = { authorization: `Bearer ${tokens.access_token}` }
show({ type: tokens.token_type, scope: tokens.scope })

const user = await ok(getAccount())
show({ username: user.username })

const page = await ok(listUsers({ search: 'gr', disabled: false, limit: 1 }))
show({ users: page.users.map(({ username }) => username), total: page.total })

const refreshed = await ok(issueToken({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' }))
show({ refreshed: refreshed.access_token !== tokens.access_token })
