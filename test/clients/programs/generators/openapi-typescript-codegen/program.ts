import { baseUrl, credentials, explainAccount, explainSignIn, show } from '../app'
import {
  AccountService,
  AdministrationService,
  ApiError,
  OpenAPI,
  SignInService,
  TokenRequest,
  type TokenRequestError,
  type UnauthenticatedProblem,
} from './api'

OpenAPI.BASE = baseUrl

try {
  await AccountService.getAccount()
} catch (error) {
  if (error instanceof ApiError && error.status === 401) {
    const { code }: UnauthenticatedProblem = error.body
    show({ withoutToken: explainAccount(`${code}`) })
  }
}

try {
  await SignInService.issueToken({ ...credentials, scope: 'keys:write' })
} catch (failure) {
  if (failure instanceof ApiError && failure.status === 400) {
    const { error }: TokenRequestError = failure.body
    show({ wrongScope: explainSignIn(`${error}`) })
  }
}

const tokens = await SignInService.issueToken(credentials)
OpenAPI.TOKEN = tokens.access_token
show({ type: tokens.token_type, scope: tokens.scope })

const user = await AccountService.getAccount()
show({ username: user.username })

const page = await AdministrationService.listUsers(
  'gr',
  false,
  undefined,
  undefined,
  undefined,
  undefined,
  undefined,
  undefined,
  undefined,
  undefined,
  1,
)
show({ users: page.users.map(({ username }) => username), total: page.total })

const refreshed = await SignInService.issueToken({
  grant_type: TokenRequest.grant_type.REFRESH_TOKEN,
  refresh_token: tokens.refresh_token ?? '',
})
show({ refreshed: refreshed.access_token !== tokens.access_token })
