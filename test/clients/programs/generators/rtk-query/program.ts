import { configureStore } from '@reduxjs/toolkit'
import { credentials, explainAccount, explainSignIn, show } from '../app'
import { api, type TokenRequestError, type UnauthenticatedProblem } from './api'
import { session } from './emptyApi'

const { getAccount, issueToken, listUsers } = api.endpoints
const { dispatch } = configureStore({
  reducer: { [api.reducerPath]: api.reducer },
  middleware: (defaults) => defaults().concat(api.middleware),
})

const missing = await dispatch(getAccount.initiate())
if (missing.error && 'data' in missing.error) {
  const { code } = missing.error.data as UnauthenticatedProblem
  show({ withoutToken: explainAccount(code) })
}

const wrong = await dispatch(issueToken.initiate({ tokenRequest: { ...credentials, scope: 'keys:write' } }))
if (wrong.error && 'data' in wrong.error) {
  const { error } = wrong.error.data as TokenRequestError
  show({ wrongScope: explainSignIn(error) })
}

const tokens = await dispatch(issueToken.initiate({ tokenRequest: credentials })).unwrap()
session.accessToken = tokens.access_token
show({ type: tokens.token_type, scope: tokens.scope })

const user = await dispatch(getAccount.initiate(undefined, { forceRefetch: true })).unwrap()
show({ username: user.username })

const page = await dispatch(listUsers.initiate({ search: 'gr', disabled: false, limit: 1 })).unwrap()
show({ users: page.users.map(({ username }) => username), total: page.total })

const { refresh_token: refreshToken = '' } = tokens
const refreshed = await dispatch(
  issueToken.initiate({ tokenRequest: { grant_type: 'refresh_token', refresh_token: refreshToken } }),
).unwrap()
show({ refreshed: refreshed.access_token !== tokens.access_token })
process.exit()
