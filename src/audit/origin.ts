/** The user, client or program that performs an action. */
export type Actor = { type: 'user' | 'client'; id: string } | { type: 'command' | 'service' }

/** The actor and the client address of a request. */
export interface Origin {
  /** Undefined for a caller who has not proved an identity. */
  actor: Actor | undefined
  /** IPv4 or IPv6; null where it is unknown. */
  address: string | null
  userAgent: string | undefined
  /** The id of the request in the log. */
  requestId: string | undefined
  /** Whether the address probably belongs to a proxy that all clients share. */
  isShared: boolean
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
