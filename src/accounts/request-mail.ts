import type { Origin } from '../audit/index.ts'
import type { MailRequests, Purpose, Redirects, RequestedAccount } from '../one-time-tokens/index.ts'
import type { Store } from '../store/index.ts'
import type { RequestRates } from '../throttling/index.ts'

interface Dependencies {
  store: Store
  requestRates: RequestRates
  redirects: Redirects
  mailRequests: MailRequests
  /** The limit for each network. */
  maxPerHour: number
}

export type RequestMail = ReturnType<typeof createRequestMail>

/** Lets unauthenticated callers request an e-mail. The response does not reveal whether the account exists. */
export function createRequestMail({ store, requestRates, redirects, mailRequests, maxPerHour }: Dependencies) {
  /**
   * @param redirect the URL that the last page links to
   * @throws {ApiError} 400 if that URL is not listed; 429 `slow_down`
   */
  return async function requestMail(
    purpose: Purpose,
    account: RequestedAccount,
    origin: Origin,
    redirect?: string,
  ): Promise<void> {
    const redirectTo = redirects.accept(redirect)
    await requestRates.count('mail requests', maxPerHour, origin)
    await store.write((db) => mailRequests.add(db, purpose, { ...account, origin, redirectTo }))
  }
}
