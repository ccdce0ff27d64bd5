import { type TSchema, Type } from '@sinclair/typebox'
import { clientCredentialsGrant } from './client-credentials.ts'
import type { Grant } from './grant.ts'
import { mfaGrant } from './mfa.ts'
import { passkeyGrant } from './passkey.ts'
import { passwordGrant } from './password.ts'
import { refreshTokenGrant } from './refresh-token.ts'

/** Every grant type that the token endpoint supports. */
const grants: Grant[] = [passwordGrant, mfaGrant, passkeyGrant, refreshTokenGrant, clientCredentialsGrant]

export const grantTypes = grants.map(({ grantType }) => grantType)

/** The grant of a request without `grant_type`, as in the FastAPI tutorial. */
export const defaultGrantType = passwordGrant.grantType

export function findGrant(grantType: string): Grant | undefined {
  return grants.find((grant) => grant.grantType === grantType)
}

/** The fields of the form, required ones first. */
export const grantParameters: Record<never, TSchema> = Object.fromEntries(
  [...parametersOf(true), ...parametersOf(false)].map(([name, schema]) => [name, Type.Optional(schema)]),
)

function parametersOf(areRequired: boolean): [string, TSchema][] {
  return grants.flatMap(({ parameters: { properties, required = [] } }) =>
    Object.entries(properties).filter(([name]) => required.includes(name) === areRequired),
  )
}
