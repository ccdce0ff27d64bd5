import type { RequestWait } from '../store/index.ts'

/** The user, client or program that performs an action. */
export type Actor = { type: 'user' | 'client'; id: string } | { type: 'command' | 'service' }

/** The actor of a request and the client that sent it. */
export interface Origin {
  /** Undefined while the caller is not authenticated. */
  actor: Actor | undefined
  /** The IP address of the client; null when unknown. */
  address: string | null
  userAgent: string | undefined
  /** The id of the request in the service's log. */
  requestId: string | undefined
  /** Whether the IP address probably belongs to a proxy that all clients share. */
  isShared: boolean
  /** The wait of the request for the database; undefined for actions without a request. */
  wait?: RequestWait | undefined
}

/** The origin of actions on the command line. */
export const fromCommand: Origin = {
  actor: { type: 'command' },
  address: null,
  userAgent: undefined,
  requestId: undefined,
  isShared: true,
}

/** The origin of actions of the service itself, such as key rotation. */
export const fromService: Origin = { ...fromCommand, actor: { type: 'service' } }
