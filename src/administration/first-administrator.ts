import { fromService } from '../audit/index.ts'
import { administrationScopes, awaitTurn } from '../authorization/index.ts'
import type { Store } from '../store/index.ts'
import { hasAdministrator } from '../users/index.ts'
import type { Invitations } from './invitations.ts'

/** A link that creates the account of the first administrator. */
export interface AdministratorLink {
  url: string
  /** Milliseconds since the epoch. */
  expiresAt: number
  /** Whether the link is still valid: it has been neither used nor expired, and there is no administrator yet. */
  isOpen: () => Promise<boolean>
}

interface Dependencies {
  store: Store
  invitations: Invitations
}

const linkLifetimeMs = 30 * 60 * 1000

/** Invites the first administrator, by a link that only the operator sees. */
export function createFirstAdministrator({ store, invitations }: Dependencies) {
  const isOpen = (url: string) =>
    store.read(async (db) => {
      const link = await invitations.findOwn(db)
      return link?.url === url && !(await hasAdministrator(db))
    })

  return {
    isMissing: () => store.read(async (db) => !(await hasAdministrator(db))),

    /**
     * Returns the valid link, or creates one. It is the same for all instances.
     * @returns undefined if there is an administrator
     */
    async invite(): Promise<AdministratorLink | undefined> {
      const link = await store.write(async (db) => {
        await awaitTurn(store, db)
        if (await hasAdministrator(db)) return undefined
        const known = await invitations.findOwn(db)
        if (known !== undefined) return known
        const { invitation, url } = await invitations.issue(
          db,
          { email: null, scopes: [...administrationScopes], lifetimeMs: linkLifetimeMs },
          fromService,
        )
        return { url, expiresAt: invitation.expires_at }
      })
      return link && { ...link, isOpen: () => isOpen(link.url) }
    },
  }
}
