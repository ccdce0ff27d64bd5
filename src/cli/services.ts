import { createAccountRemoval } from '../accounts/index.ts'
import { createAdministration, createInvitations, createUserChanging } from '../administration/index.ts'
import { openKeys } from '../keys/index.ts'
import { createNotices, createOutbox } from '../mail/index.ts'
import { createCodes, createCorrespondence, createMailRequests } from '../one-time-tokens/index.ts'
import { createAttempts } from '../throttling/index.ts'
import { createSessions } from '../tokens/index.ts'
import { createUserListing } from '../users/index.ts'
import type { Place } from './database.ts'

/** What administrators do, done by whoever has the machine. What is to be mailed is written down, and sent by the service. */
export async function openAdministration(place: Place) {
  const { config, store, audit } = place
  const {
    accountFailures: inARow,
    issuer,
    now,
    productColor: color,
    productName: name,
    requireVerifiedEmail,
    sessionIdleDays: idleDays,
    sessionMaxDays: maxDays,
    signInAttempts: free,
    signInFailuresPerHour: perHour,
  } = config
  // The settings are perhaps not those of the service: nothing is brought in line with them.
  const { masterKey } = await openKeys({ ...place, report: () => {}, mayChange: false })

  const outbox = createOutbox({ store, seal: masterKey, now, send: async () => {}, onTrouble: () => {} })
  const notices = createNotices({ store, outbox, masterKey, brand: { name, color }, now })
  const codes = createCodes({ store, masterKey, now })
  const correspondence = createCorrespondence({ outbox, notices, codes, issuer, now })
  const mailRequests = createMailRequests({ store, masterKey, now })
  const sessions = createSessions({ store, audit, now, idleDays, maxDays })
  const attempts = createAttempts({ store, masterKey, limits: { free, perHour, inARow }, now })
  const accountRemoval = createAccountRemoval({ correspondence, attempts, audit, now })

  return {
    mailRequests,
    invitations: createInvitations({ store, masterKey, audit, notices, issuer, now }),
    administration: createAdministration({ store, sessions, accountRemoval, correspondence, attempts, audit }),
    userChanging: createUserChanging({
      store,
      sessions,
      mailRequests,
      correspondence,
      audit,
      requireVerifiedEmail,
      now,
    }),
  }
}

/** Looks only: it needs no secret. */
export function openListing({ config: { accountFailures: mostInARow, now }, store }: Place) {
  return createUserListing({ store, mostInARow, now })
}
