import type { Config } from '../config/index.ts'
import type { Keys } from '../keys/index.ts'
import type { MailService } from '../mail/index.ts'
import type { Store } from '../store/index.ts'
import { createCorrespondence } from './account-mail.ts'
import { createMailRequests } from './mail-requests.ts'
import { createCodes } from './tokens.ts'

interface Dependencies {
  config: Config
  store: Store
  keys: Pick<Keys, 'masterKey'>
  mail: MailService
}

export type OneTimeTokens = ReturnType<typeof createOneTimeTokens>

/** Links and codes that are mailed to users, each good once. */
export function createOneTimeTokens({ config: { now }, store, keys: { masterKey }, mail }: Dependencies) {
  const codes = createCodes({ store, masterKey, now })
  return {
    codes,
    mailRequests: createMailRequests({ store, masterKey, now }),
    correspondence: createCorrespondence({ mail, codes, now }),
  }
}
