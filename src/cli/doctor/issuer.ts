import { type CheckResult, ok, warning } from './check-result.ts'
import type { Examined } from './machine.ts'

/** Compares the issuer of the settings with that of the instance that started last. */
export async function checkIssuer({ config: { issuer }, database }: Examined): Promise<CheckResult[]> {
  const stored = await database.read((db) =>
    db.selectFrom('state').select('value').where('name', '=', 'issuer').executeTakeFirst(),
  )
  if (stored === undefined || stored.value === issuer) return [ok(`The issuer of tokens is ${issuer}.`)]
  return [
    warning(
      `The instance that started last uses the issuer ${stored.value}, but these settings have ${issuer}. Instances ` +
        "with different issuers reject each other's access tokens.",
      'Give every instance the same PUBLIC_URL and PREFIX, and run this command with the settings of the service.',
    ),
  ]
}
