/** Who does something. */
export type Actor = { type: 'user' | 'client'; id: string } | { type: 'command' | 'service' }

/** By whom and from where something is asked for. */
export interface Origin {
  /** Undefined for a stranger. */
  actor: Actor | undefined
  /** IPv4 or IPv6; null where it is not known. */
  address: string | null
  userAgent: string | undefined
  /** That of the request in the log. */
  requestId: string | undefined
  /** Whether the address is likely to be that of a proxy, which everybody comes through. */
  isShared: boolean
}

/** What is done on the command line. */
export const fromCommand: Origin = {
  actor: { type: 'command' },
  address: null,
  userAgent: undefined,
  requestId: undefined,
  isShared: true,
}

/** What the service does by itself. */
export const fromService: Origin = { ...fromCommand, actor: { type: 'service' } }
