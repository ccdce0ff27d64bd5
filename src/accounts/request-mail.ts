import type { Origin } from '../audit/index.ts'
import type { MailRequest, MailRequests, Purpose, Redirects } from '../one-time-tokens/index.ts'
import type { Store } from '../store/index.ts'
import type { RequestRates } from '../throttling/index.ts'

interface Dependencies {
  store: Store
  requestRates: RequestRates
  redirects: Redirects
  mailRequests: MailRequests
  /** Mail requests per network. */
  maxPerHour: number
}

export type RequestMail = ReturnType<typeof createRequestMail>

/** Lets callers who are not authenticated request a mail. They do not learn whether there is such an account. */
export function createRequestMail({ store, requestRates, redirects, mailRequests, maxPerHour }: Dependencies) {
  /**
   * @param redirect the URL that the page behind the link links to at its end
   * @throws {ApiError} 400 when that URL is not listed; 429 `slow_down`
   */
  return async function requestMail(
    purpose: Purpose,
    account: Pick<MailRequest, 'name' | 'userId'>,
    origin: Origin,
    redirect?: string,
  ): Promise<void> {
    const redirectTo = redirects.accept(redirect)
    await requestRates.count('mail requests', maxPerHour, origin)
    await store.write((db) => mailRequests.add(db, purpose, { ...account, origin, redirectTo }))
  }
}
