import { requestConfirmation } from './confirm-identity.ts'
import { prepareDialog } from './dialog.ts'
import { passwordFlowsOf, relocate, selectedServerOf } from './document.ts'
import { describeFilter, explainNoHits, filterOperations } from './filter-operations.ts'
import { offersOf } from './offers.ts'
import type { PluginOptions } from './options.ts'
import { persistOthers } from './persist-others.ts'
import { sendWithToken } from './send-with-token.ts'
import { sessionLineFor } from './session-line.ts'
import { createSessions, type PageSession } from './sessions.ts'
import { signInFormFor } from './sign-in-form.ts'
import type { Action, ClientFetch, ClientRequest, OpenApiDocument, System, WrapComponent } from './system.ts'

/** A Swagger UI plugin (versions 4 and 5) that keeps its user signed in through the OAuth 2.0 password flow. */
export function createSwaggerUiPlugin(options: PluginOptions) {
  const sessions = createSessions(options)
  const refreshIfDue = () => {
    if (page.visibilityState !== 'visible') return
    for (const session of sessions.values()) session.refreshIfDue()
  }
  setInterval(refreshIfDue, 5000)
  page.addEventListener('visibilitychange', refreshIfDue)

  let shown: { document: OpenApiDocument; system: System } | undefined
  sessions.subscribe((name) => {
    if (shown !== undefined) showAuthorization(name, shown.system)
  })

  /** Tells Swagger UI which access token to send. */
  function showAuthorization(name: string, { authActions, authSelectors }: System) {
    const session = sessions.get(name)
    const state = session?.getState()
    if (session !== undefined && state?.isSignedIn && state.accessToken !== undefined) {
      sessions.noteToken(state.accessToken, session)
      authActions.authorizeOauth2({
        auth: { name, schema: { type: 'oauth2', flow: 'password' }, username: state.username, scopes: state.scopes },
        token: { access_token: state.accessToken, token_type: 'Bearer' },
      })
    } else if (!state?.isSignedIn && authSelectors.authorized()?.has(name)) {
      authActions.logout([name])
    }
  }

  /** The token URLs of a document can depend on the server that is selected. */
  function selectSessions() {
    if (shown !== undefined) {
      sessions.select(passwordFlowsOf(shown.document, selectedServerOf(shown.document, shown.system)))
    }
  }

  const offers = ({ tokenUrl }: PageSession) =>
    offersOf(shown?.document ?? {}, shown && selectedServerOf(shown.document, shown.system), tokenUrl)

  const updateJsonSpec: Action<[OpenApiDocument]> = (original, system) => (given) => {
    const document = relocate(given, options, location.href)
    const result = original(document)
    shown = { document, system }
    selectSessions()
    return result
  }
  const selectServer: Action<unknown[]> =
    (original) =>
    (...selection) => {
      const result = original(...selection)
      selectSessions()
      return result
    }
  const executeRequest: Action<[{ fetch: ClientFetch }]> = (original, system) => (request) => {
    // The server that is selected now, with its token: another plugin may send the request later.
    const server = shown && selectedServerOf(shown.document, shown.system)
    const origins = [...(options.origins?.split(/\s+/) ?? []), ...(server === undefined ? [] : [server.origin])]
    const send = (sent: ClientRequest) => sendWithToken(request.fetch, sent, { sessions, origins, confirm })
    async function confirm(session: PageSession, challenge: string) {
      const name = sessions.nameOf(session)
      // The document of another service has no way to authenticate again.
      if (name === undefined || !offers(session).stepUp) return false
      return requestConfirmation(system, name, session, challenge)
    }
    return original({ ...request, fetch: Object.assign(send, request.fetch) })
  }
  const logout: Action<[string[]]> = (original) => (names) => {
    for (const name of names) {
      const session = sessions.get(name)
      if (session?.getState().isSignedIn) session.signOut()
    }
    return original(names)
  }

  return () => ({
    fn: { opsFilter: filterOperations },
    statePlugins: {
      auth: { wrapActions: { logout, persistAuthorizationIfNeeded: persistOthers(sessions.has) } },
      oas3: { wrapActions: { setSelectedServer: selectServer, setServerVariableValue: selectServer } },
      spec: { wrapActions: { updateJsonSpec, executeRequest } },
    },
    wrapComponents: {
      oauth2: signInFormFor(sessions, options, offers),
      AuthorizeBtnContainer: sessionLineFor(sessions, offers),
      authorizationPopup: prepareDialog,
      FilterContainer: describeFilter,
      operations: explainNoHits,
      ...(options.serverUrl === undefined ? {} : { ServersContainer: hide }),
    },
  })
}

const hide: WrapComponent = () => () => null

/** The HTML document; `document` is the one of OpenAPI here. */
const page = globalThis.document
