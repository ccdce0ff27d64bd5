import type { Store } from '../store/index.ts'

/**
 * Stores this instance's issuer in the database. Instances with different issuers reject each other's tokens.
 * @returns the issuer of the instance that started before, if it differs
 */
export async function claimIssuer(store: Store, issuer: string): Promise<string | undefined> {
  const claimed = await store.read((db) =>
    db.selectFrom('state').select('value').where('name', '=', 'issuer').executeTakeFirst(),
  )
  if (claimed?.value === issuer) return undefined
  return store.write(async (db) => {
    const claim = db.insertInto('state').values({ name: 'issuer', value: issuer })
    await claim.onConflict((conflict) => conflict.doNothing()).execute()
    const [row] = await store.lock(db.selectFrom('state').select('value').where('name', '=', 'issuer')).execute()
    if (row === undefined || row.value === issuer) return undefined
    await db.updateTable('state').set({ value: issuer }).where('name', '=', 'issuer').execute()
    return row.value
  })
}
