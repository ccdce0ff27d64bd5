import { fromService } from '../audit/index.ts'
import { administrationScopes, awaitTurn } from '../authorization/index.ts'
import type { Store } from '../store/index.ts'
import { hasAdministrator } from '../users/index.ts'
import type { Invitations } from './invitations.ts'

/** A link by which somebody becomes the first administrator. */
export interface AdministratorLink {
  url: string
  /** Milliseconds since the epoch. */
  expiresAt: number
  /** Whether it still holds: it has neither been used nor ended, and nobody has become one in another way. */
  isOpen: () => Promise<boolean>
}

interface Dependencies {
  store: Store
  invitations: Invitations
}

/** Milliseconds for which the link is good. */
const life = 30 * 60 * 1000

export type FirstAdministrator = ReturnType<typeof createFirstAdministrator>

/** No account is there from the start: whoever runs the service makes the first administrator, by a link that only they see. */
export function createFirstAdministrator({ store, invitations }: Dependencies) {
  const isOpen = (url: string) =>
    store.read(async (db) => {
      const link = await invitations.findOwn(db)
      return link?.url === url && !(await hasAdministrator(db))
    })

  return {
    /**
     * All instances give the same link for as long as it is good, and then another one.
     * @returns undefined when there is an administrator
     */
    async invite(): Promise<AdministratorLink | undefined> {
      const link = await store.write(async (db) => {
        await awaitTurn(store, db)
        if (await hasAdministrator(db)) return undefined
        const known = await invitations.findOwn(db)
        if (known !== undefined) return known
        const { invitation, url } = await invitations.issue(
          db,
          { email: null, scopes: [...administrationScopes], life },
          fromService,
        )
        return { url, expiresAt: invitation.expires_at }
      })
      return link && { ...link, isOpen: () => isOpen(link.url) }
    },
  }
}
