import { isPrivateAddress } from '../../lib/networks.ts'
import type { Examined } from './circumstances.ts'
import { type Finding, ok, warning } from './finding.ts'
import { proxyRemedy } from './proxy.ts'

const days = 30

/** So many users do not sit behind one address by chance. */
const crowd = 5

/** A proxy that is not trusted makes all addresses one: its own. */
export async function checkClientAddresses({ database, now, settings: { trustProxy } }: Examined): Promise<Finding[]> {
  const addresses = await database.read((db) =>
    db
      .selectFrom('sessions')
      .select('address')
      .select((sessions) => sessions.fn.count('user_id').distinct().as('users'))
      .where('used_at', '>', now() - days * 24 * 60 * 60 * 1000)
      .where('address', 'is not', null)
      .groupBy('address')
      .limit(2)
      .execute(),
  )
  const [only, other] = addresses
  if (only?.address == null || other !== undefined || Number(only.users) < crowd || !isPrivateAddress(only.address)) {
    return [ok('Nothing speaks for a proxy that hides them.')]
  }
  return [
    warning(
      `All ${Number(only.users)} users of the last ${days} days came from ${only.address}, which is the address of a proxy${trustProxy.length === 0 ? ' that is not trusted' : ': there are more of them than TRUST_PROXY says'}.`,
      `${trustProxy.length === 0 ? proxyRemedy : 'Set TRUST_PROXY to the addresses or networks of all of them, or to their number.'} If one server of yours signs them all in, all is well.`,
    ),
  ]
}
