import { createSession, type Session } from '../session/session.ts'
import type { PluginOptions } from './options.ts'

export type Sessions = ReturnType<typeof createSessions>

/** The sessions of a page: one for each security scheme with the password flow, by the scheme's name. */
export function createSessions({ storage, revocationUrl }: PluginOptions) {
  const current = new Map<string, Session & { tokenUrl: string }>()
  // Kept for the page's life, so that a user who selects another server and comes back is still signed in.
  const opened = new Map<string, Session & { tokenUrl: string }>()
  const listeners = new Set<(name: string) => void>()
  const notify = (name: string) => {
    for (const listener of listeners) listener(name)
  }

  function open(name: string, tokenUrl: string) {
    const key = `latchkey.${name}.${tokenUrl}`
    const session = createSession({
      tokenUrl,
      revocationUrl: revocationUrl && new URL(revocationUrl, location.href).href,
      key,
      ...(storage === 'session' ? storagesOfTab() : {}),
    })
    session.subscribe(() => {
      if (current.get(name)?.tokenUrl === tokenUrl) notify(name)
    })
    return { ...session, tokenUrl }
  }

  return {
    get: (name: string) => current.get(name),
    has: (name: string) => current.has(name),
    entries: () => [...current],
    values: () => [...current.values()],

    /** @returns a function that ends the subscription */
    subscribe(listener: (name: string) => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },

    /** Continues or opens the sessions of a document. @param tokenUrls by the name of the security scheme */
    select(tokenUrls: Map<string, string>) {
      const names = new Set([...current.keys(), ...tokenUrls.keys()])
      for (const name of names) {
        const tokenUrl = tokenUrls.get(name)
        if (current.get(name)?.tokenUrl === tokenUrl) continue
        current.delete(name)
        // The token of the previous one is withdrawn from the page before another takes its place.
        notify(name)
        if (tokenUrl === undefined) continue
        const key = `${name} ${tokenUrl}`
        const session = opened.get(key) ?? open(name, tokenUrl)
        opened.set(key, session)
        current.set(name, session)
        notify(name)
        session.refreshIfDue()
      }
    },
  }
}

/** @returns nothing where the browser blocks storage; the session is then in memory */
function storagesOfTab(): { storage?: Storage; generations?: Storage } {
  try {
    return { storage: sessionStorage, generations: localStorage }
  } catch {
    return {}
  }
}
