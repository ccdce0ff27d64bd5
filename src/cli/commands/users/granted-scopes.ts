import { acceptScopes, administrationScopes, scopesOf } from '../../../authorization/index.ts'

export interface GrantOptions {
  admin?: boolean
  scope?: string
}

/** The scopes of a new user, from `--admin` and `--scope`. */
export function grantedScopes({ admin = false, scope = '' }: GrantOptions): string[] {
  return acceptScopes([...new Set([...(admin ? administrationScopes : []), ...scopesOf(scope)])])
}
