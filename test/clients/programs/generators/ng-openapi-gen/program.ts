// Outside the Angular CLI, classes are compiled when they are loaded.
import '@angular/compiler'
import { HttpClient, HttpErrorResponse, provideHttpClient, withFetch, withInterceptors } from '@angular/common/http'
import {
  createEnvironmentInjector,
  type EnvironmentInjector,
  Injector,
  provideZonelessChangeDetection,
  ɵINJECTOR_SCOPE as INJECTOR_SCOPE,
} from '@angular/core'
import { baseUrl, credentials, explainAccount, explainSignIn, show } from '../app'
import { Api } from './api/api'
import { ApiConfiguration } from './api/api-configuration'
import { getAccount, issueToken, listUsers } from './api/functions'
import type { TokenRequestError, UnauthenticatedProblem } from './api/models'

let accessToken: string | undefined
const addToken = withInterceptors([
  (request, next) =>
    next(accessToken ? request.clone({ setHeaders: { authorization: `Bearer ${accessToken}` } }) : request),
])
// In a browser, `bootstrapApplication` creates it.
const injector = createEnvironmentInjector(
  [
    { provide: INJECTOR_SCOPE, useValue: 'root' },
    provideZonelessChangeDetection(),
    provideHttpClient(withFetch(), addToken),
  ],
  Injector.NULL as EnvironmentInjector,
)
const api = new Api(new ApiConfiguration(), injector.get(HttpClient))
api.rootUrl = baseUrl

try {
  await api.invoke(getAccount)
} catch (error) {
  if (error instanceof HttpErrorResponse && error.status === 401) {
    const { code }: UnauthenticatedProblem = error.error
    show({ withoutToken: explainAccount(code) })
  }
}

try {
  await api.invoke(issueToken, { body: { ...credentials, scope: 'keys:write' } })
} catch (failure) {
  if (failure instanceof HttpErrorResponse && failure.status === 400) {
    const { error }: TokenRequestError = failure.error
    show({ wrongScope: explainSignIn(error) })
  }
}

const tokens = await api.invoke(issueToken, { body: credentials })
accessToken = tokens.access_token
show({ type: tokens.token_type, scope: tokens.scope })

const user = await api.invoke(getAccount)
show({ username: user.username })

const page = await api.invoke(listUsers, { search: 'gr', disabled: false, limit: 1 })
show({ users: page.users.map(({ username }) => username), total: page.total })

const next = await api.invoke(issueToken, {
  body: { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' },
})
accessToken = next.access_token
show({ refreshed: next.access_token !== tokens.access_token })
