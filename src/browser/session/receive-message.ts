import type { AccessToken, TabMessage } from './tab-channel.ts'
import type { StoredSession } from './tab-copies.ts'

type Tokens = TabMessage & { type: 'tokens' }

/** What a message can ask of the tab that receives it, or change there. */
export interface Receiver {
  read(): StoredSession | undefined
  getAccess(): AccessToken | undefined
  isSuperseded(stored: StoredSession): boolean
  isRefreshing(): boolean
  /** Whether its tokens are of use to another tab. */
  canShare(): boolean
  broadcast(message: TabMessage): void
  /** Takes over the tokens of another tab. */
  adopt(tokens: Tokens): void
  forget(why: 'ended' | 'signed-out'): void
}

/** Answers another tab, or takes over what it says. */
export function receiveMessage(message: TabMessage, tab: Receiver): void {
  const stored = tab.read()
  if (stored?.id !== message.id) return
  const isSuperseded = tab.isSuperseded(stored)
  if (message.type === 'request' && tab.isRefreshing()) tab.broadcast({ type: 'busy', id: stored.id })
  else if (message.type === 'request' && !isSuperseded && tab.canShare()) {
    tab.broadcast({ type: 'tokens', id: stored.id, stored, access: tab.getAccess() })
  }
  if (message.type === 'tokens' && !tab.isSuperseded(message.stored)) {
    if (isSuperseded || isNewer(message, stored, tab.getAccess())) tab.adopt(message)
  }
  if (message.type === 'ended') tab.forget(message.isSignOut ? 'signed-out' : 'ended')
}

function isNewer({ stored, access: other }: Tokens, own: StoredSession, access: AccessToken | undefined) {
  return stored.generation > own.generation || (other?.expiresAt ?? 0) > (access?.expiresAt ?? 0)
}
