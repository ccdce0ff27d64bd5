import type { Config } from '../config/index.ts'
import type { Keys } from '../keys/index.ts'
import type { MailService } from '../mail/index.ts'
import type { Store } from '../store/index.ts'
import { createAccountMail } from './account-mail.ts'
import { createMailRequests } from './mail-requests.ts'
import { createMailedTokens } from './mailed-tokens.ts'
import { createRedirects } from './redirects.ts'

interface Dependencies {
  config: Config
  store: Store
  keys: Pick<Keys, 'masterKey'>
  mail: MailService
}

export type OneTimeTokens = ReturnType<typeof createOneTimeTokens>

/** Links and codes that are sent to users, each valid once. */
export function createOneTimeTokens({ config: { redirectUrls, now }, store, keys: { masterKey }, mail }: Dependencies) {
  const mailedTokens = createMailedTokens({ store, masterKey, now })
  return {
    mailedTokens,
    redirects: createRedirects(redirectUrls),
    mailRequests: createMailRequests({ store, masterKey, now }),
    accountMail: createAccountMail({ mail, mailedTokens, now }),
  }
}
