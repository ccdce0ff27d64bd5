import { createSession, type Session } from '../session/session.ts'
import type { Confirmation } from './confirm-identity.ts'
import type { PluginOptions } from './options.ts'

export type Sessions = ReturnType<typeof createSessions>

export interface PageSession extends Session {
  tokenUrl: string
  /** Recovery codes that the user has not yet said to have saved. The server does not send them again. */
  unsavedCodes?: string[] | undefined
  /** Set while a request waits until the user has authenticated again. */
  confirmation?: Confirmation | undefined
}

/** The sessions of a page: one for each security scheme with the password flow, by the scheme's name. */
export function createSessions({ storage, revocationUrl, tokenUrl: ownTokenUrl }: PluginOptions) {
  const current = new Map<string, PageSession>()
  // Kept while its user is signed in, who may select another server and come back.
  const opened = new Map<string, PageSession>()
  // With the replaced tokens, since another plugin may send a request later than it was made.
  const sessionsByToken = new Map<string, PageSession>()
  const listeners = new Set<(name: string) => void>()
  const notify = (name: string) => {
    for (const listener of listeners) listener(name)
  }

  function open(name: string, tokenUrl: string) {
    const session = createSession({
      tokenUrl,
      revocationUrl: revocationUrlFor(tokenUrl),
      key: keyOf(name, tokenUrl),
      ...(storage === 'session' ? storagesOfTab() : {}),
    })
    const pageSession: PageSession = { ...session, tokenUrl }
    session.subscribe(({ isSignedIn }) => {
      if (!isSignedIn) pageSession.unsavedCodes = undefined
      if (current.get(name)?.tokenUrl === tokenUrl) notify(name)
    })
    return pageSession
  }

  /** The page's revocation endpoint belongs to its token endpoint. Another server must not get the tokens. */
  function revocationUrlFor(tokenUrl: string) {
    if (revocationUrl === undefined) return undefined
    const { href, origin } = new URL(revocationUrl, location.href)
    return ownTokenUrl !== undefined || origin === new URL(tokenUrl).origin ? href : undefined
  }

  function close(name: string, session: PageSession) {
    if (session.getState().isSignedIn) return
    session.close()
    opened.delete(keyOf(name, session.tokenUrl))
  }

  return {
    get: (name: string) => current.get(name),
    nameOf: (session: PageSession) => [...current].find(([, other]) => other === session)?.[0],
    has: (name: string) => current.has(name),
    entries: () => [...current],
    values: () => [...current.values()],

    /** @returns a function that ends the subscription */
    subscribe(listener: (name: string) => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },

    /** Says that the page sends an access token of a session. */
    noteToken(token: string, session: PageSession) {
      sessionsByToken.set(token, session)
    },

    /** @returns the session that an access token was issued for, also if it has been replaced since */
    ofToken: (token: string) => sessionsByToken.get(token),

    /** Continues or opens the sessions of a document. @param tokenUrls by the name of the security scheme */
    select(tokenUrls: Map<string, string>) {
      const names = new Set([...current.keys(), ...tokenUrls.keys()])
      for (const name of names) {
        const tokenUrl = tokenUrls.get(name)
        const previous = current.get(name)
        if (previous?.tokenUrl === tokenUrl) continue
        current.delete(name)
        if (previous !== undefined) close(name, previous)
        // The token of the previous one is withdrawn from the page before another takes its place.
        notify(name)
        if (tokenUrl === undefined) continue
        const key = keyOf(name, tokenUrl)
        const session = opened.get(key) ?? open(name, tokenUrl)
        opened.set(key, session)
        current.set(name, session)
        notify(name)
        session.refreshIfDue()
      }
    },
  }
}

const keyOf = (name: string, tokenUrl: string) => `latchkey.${name}.${tokenUrl}`

/** @returns nothing where the browser blocks storage; the session is then in memory */
function storagesOfTab(): { storage?: Storage; generations?: Storage } {
  try {
    return { storage: sessionStorage, generations: localStorage }
  } catch {
    return {}
  }
}
