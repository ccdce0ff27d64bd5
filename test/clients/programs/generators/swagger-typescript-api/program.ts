import { baseUrl, credentials, explainAccount, explainSignIn, show } from '../app'
import { Api, type HttpResponse, type TokenRequestError, type UnauthenticatedProblem } from './api/Api'

const { auth, setSecurityData } = new Api<string>({
  baseUrl,
  securityWorker: (accessToken) =>
    accessToken === null ? {} : { headers: { Authorization: `Bearer ${accessToken}` } },
})

await auth.getAccount().catch(({ error }: HttpResponse<never, UnauthenticatedProblem>) => {
  show({ withoutToken: explainAccount(error.code) })
})

const withWrongScope = { ...credentials, scope: 'keys:write' }
await auth.issueToken(withWrongScope).catch(({ error }: HttpResponse<never, TokenRequestError>) => {
  show({ wrongScope: explainSignIn(error.error) })
})

const { data: tokens } = await auth.issueToken(credentials)
setSecurityData(tokens.access_token)
show({ type: tokens.token_type, scope: tokens.scope })

const { data: user } = await auth.getAccount()
show({ username: user.username })

const { data: page } = await auth.listUsers({ search: 'gr', disabled: false, limit: 1 })
show({ users: page.users.map(({ username }) => username), total: page.total })

const { data: refreshed } = await auth.issueToken({
  grant_type: 'refresh_token',
  refresh_token: tokens.refresh_token ?? '',
})
show({ refreshed: refreshed.access_token !== tokens.access_token })
