import { type Static, type TObject, type TProperties, Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import type { Origin } from '../../../src/audit/index.ts'
import type { Client } from '../../../src/authorization/index.ts'
import { missingFields } from '../../../src/errors/index.ts'
import type { IssuedTokens } from '../../../src/tokens/index.ts'

interface RequestedGrant {
  /** The requested scopes, separated by spaces. */
  scope: string
  /** The authenticated client, which is allowed to use the grant. */
  client: Client
  origin: Origin
}

interface GrantDefinition<Parameters extends TProperties> {
  /** The value of `grant_type`. */
  grantType: string
  /** The fields of the form that the grant uses. */
  parameters: Parameters
  handler: (
    app: FastifyInstance,
    request: RequestedGrant & { parameters: Static<TObject<Parameters>> },
  ) => Promise<IssuedTokens>
}

/** A grant type of the token endpoint (RFC 6749 1.3). */
export interface Grant {
  grantType: string
  parameters: TObject
  /**
   * @param form the body, which matches its schema
   * @throws {ApiError} 400 `invalid_request` when a parameter is missing
   */
  handler: (app: FastifyInstance, request: RequestedGrant & { form: object }) => Promise<IssuedTokens>
}

/** Defines a grant. The form's schema is shared by all grants, with optional fields, so each grant checks its own. */
export function defineGrant<Parameters extends TProperties>({
  grantType,
  parameters,
  handler,
}: GrantDefinition<Parameters>): Grant {
  const schema: TObject = Type.Object<TProperties>(parameters)
  const { required = [] } = schema

  function isComplete(form: object): form is Static<TObject<Parameters>> {
    return required.every((name) => Object.hasOwn(form, name))
  }

  return {
    grantType,
    parameters: schema,
    async handler(app, { form, ...request }) {
      if (isComplete(form)) return handler(app, { ...request, parameters: form })
      throw missingFields(Object.fromEntries(required.map((name) => [name, Reflect.get(form, name)])))
    },
  }
}
