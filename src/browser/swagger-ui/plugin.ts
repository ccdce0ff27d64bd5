import { isInvalidToken } from '../session/invalid-token.ts'
import { createSession, type Session } from '../session/session.ts'
import { prepareDialog } from './dialog.ts'
import { passwordFlowsOf, relocate } from './document.ts'
import { filterOperations } from './filter-operations.ts'
import type { PluginOptions } from './options.ts'
import { sessionLineFor } from './session-line.ts'
import { signInFormFor } from './sign-in-form.ts'
import type { Action, ClientFetch, ClientRequest, OpenApiDocument, System, WrapComponent } from './system.ts'

/** A Swagger UI plugin (versions 4 and 5) that keeps its user signed in through the OAuth 2.0 password flow. */
export function createSwaggerUiPlugin(options: PluginOptions) {
  /** Keyed by the name of the security scheme. */
  const sessions = new Map<string, Session & { tokenUrl: string }>()
  const refreshIfDue = () => {
    if (page.visibilityState !== 'visible') return
    for (const session of sessions.values()) session.refreshIfDue()
  }
  setInterval(refreshIfDue, 5000)
  page.addEventListener('visibilitychange', refreshIfDue)

  /** Opens a session for each password flow of a document, and closes those of the previous document. */
  function openSessions(document: OpenApiDocument, system: System) {
    const documentUrl = new URL(system.specSelectors.url() || '', location.href).href
    const flows = passwordFlowsOf(document, documentUrl)
    for (const [name, session] of sessions) {
      if (flows.get(name) === session.tokenUrl) continue
      session.close()
      sessions.delete(name)
    }
    for (const [name, tokenUrl] of flows) {
      if (sessions.has(name)) continue
      const session = createSession({
        tokenUrl,
        revocationUrl: options.revocationUrl && new URL(options.revocationUrl, location.href).href,
        key: `latchkey.${name}.${tokenUrl}`,
        ...(options.storage === 'session' ? storagesOfTab() : {}),
      })
      sessions.set(name, { ...session, tokenUrl })
      session.subscribe(() => showAuthorization(name, session, system))
      session.refreshIfDue()
    }
  }

  /** Tells Swagger UI which access token to send. */
  function showAuthorization(name: string, session: Session, { authActions, authSelectors }: System) {
    const state = session.getState()
    if (state.isSignedIn && state.accessToken !== undefined) {
      authActions.authorizeOauth2({
        auth: { name, schema: { type: 'oauth2', flow: 'password' }, username: state.username, scopes: state.scopes },
        token: { access_token: state.accessToken, token_type: 'Bearer' },
      })
    } else if (!state.isSignedIn && authSelectors.authorized()?.has(name)) {
      authActions.logout([name])
    }
  }

  /** Sends a request with a fresh access token in place of the one that the page had. */
  async function send(fetch: ClientFetch, request: ClientRequest) {
    const shown = request.headers?.Authorization
    const session = [...sessions.values()].find((session) => {
      const state = session.getState()
      return state.isSignedIn && shown === `Bearer ${state.accessToken}`
    })
    const token = await session?.getAccessToken()
    if (session === undefined || token === undefined) return fetch(request)
    const attempt = (token: string) =>
      fetch({ ...request, headers: { ...request.headers, Authorization: `Bearer ${token}` } })
    try {
      return await attempt(token)
    } catch (error) {
      const { status, headers } = responseOf(error)
      if (!isInvalidToken(request.method ?? '', status, headers['www-authenticate'])) throw error
      const replacement = await session.replaceAccessToken(token).catch(() => undefined)
      if (replacement === undefined) throw error
      return attempt(replacement)
    }
  }

  const updateJsonSpec: Action<OpenApiDocument> = (original, system) => (given) => {
    const document = relocate(given, options, location.href)
    const result = original(document)
    openSessions(document, system)
    return result
  }
  const executeRequest: Action<{ fetch: ClientFetch }> = (original) => (request) => {
    const fetch = Object.assign((sent: ClientRequest) => send(request.fetch, sent), request.fetch)
    return original({ ...request, fetch })
  }
  const logout: Action<string[]> = (original) => (names) => {
    for (const name of names) {
      const session = sessions.get(name)
      if (session?.getState().isSignedIn) session.signOut()
    }
    return original(names)
  }
  /** Keeps the tokens of sessions out of what Swagger UI stores with `persistAuthorization`. */
  const persistAuthorizationIfNeeded: Action<undefined> = (original) => (nothing) => {
    const result = original(nothing)
    const stored: unknown = JSON.parse(storagesOfTab().generations?.getItem('authorized') ?? 'null')
    if (typeof stored === 'object' && stored !== null && Object.keys(stored).some((name) => sessions.has(name))) {
      const others = Object.entries(stored).filter(([name]) => !sessions.has(name))
      localStorage.setItem('authorized', JSON.stringify(Object.fromEntries(others)))
    }
    return result
  }

  return () => ({
    fn: { opsFilter: filterOperations },
    statePlugins: {
      auth: { wrapActions: { logout, persistAuthorizationIfNeeded } },
      spec: { wrapActions: { updateJsonSpec, executeRequest } },
    },
    wrapComponents: {
      oauth2: signInFormFor(sessions, options),
      AuthorizeBtnContainer: sessionLineFor(sessions),
      authorizationPopup: prepareDialog,
      ...(options.serverUrl === undefined ? {} : { ServersContainer: hide }),
    },
  })
}

const hide: WrapComponent = () => () => null

/** The HTML document; `document` is the one of OpenAPI here. */
const page = globalThis.document

/** @returns nothing where the browser blocks storage; the session is then in memory */
function storagesOfTab(): { storage?: Storage; generations?: Storage } {
  try {
    return { storage: sessionStorage, generations: localStorage }
  } catch {
    return {}
  }
}

/** The response in an error of swagger-client, whose header names are in lower case. */
function responseOf(error: unknown): { status: number; headers: Record<string, string | undefined> } {
  const response: unknown = error instanceof Error && 'response' in error ? error.response : undefined
  return { status: 0, headers: {}, ...(typeof response === 'object' ? response : {}) }
}
