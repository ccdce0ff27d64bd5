import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { tooManyPasskeys } from '../../src/factors/index.ts'
import { passkeyExample, passkeyFields, toPasskeyJson } from '../schemas/passkey.ts'
import { CreatedCredential } from '../schemas/webauthn.ts'
import { notRecent } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { FirstRecoveryCodes, recoveryCodesExample } from './recovery-codes.ts'
import { FactorName } from './factor.ts'

const NewPasskey = Type.Object(
  { name: Type.Optional(FactorName), credential: CreatedCredential },
  {
    $id: 'NewPasskey',
    additionalProperties: false,
    description: 'The passkey to add. By default, it gets the name of its authenticator.',
    examples: [{ name: 'Laptop', credential: CreatedCredential.examples[0] }],
  },
)

const AddedPasskey = Type.Object(
  { ...passkeyFields, recovery_codes: FirstRecoveryCodes },
  {
    $id: 'AddedPasskey',
    description: 'An added passkey.',
    examples: [{ ...passkeyExample, recovery_codes: recoveryCodesExample }],
  },
)

export const createAccountPasskey: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/users/me/passkeys',
    schema: {
      operationId: 'createAccountPasskey',
      summary: 'Add a passkey',
      description:
        'The passkey signs you in alone, or as the second factor after the password. The first second factor of an ' +
        'account ends all your other sessions and comes with recovery codes. You are notified by e-mail.',
      tags: ['Second factors'],
      body: NewPasskey,
      response: {
        201: jsonResponse(AddedPasskey, 'The passkey was added.'),
        ...problems([403, 413, 415, 429], {
          400: {
            code: 'invalid_passkey',
            codes: { name: 'Passkey', values: ['invalid_request', 'invalid_passkey'] },
            description:
              'The request is invalid (`invalid_request`), or the passkey is invalid or already registered, or its ' +
              'challenge was used or has expired (`invalid_passkey`).',
            errors: [{ path: '/credential', message: 'was rejected' }],
          },
          401: notRecent,
          409: {
            code: 'too_many_factors',
            codes: { name: 'PasskeyLimit', values: ['too_many_factors', 'passkeys_unavailable'] },
            description:
              'The account has ten passkeys (`too_many_factors`), or passkeys are unavailable ' +
              '(`passkeys_unavailable`).',
            detail: tooManyPasskeys,
          },
        }),
      },
    },
    handler: async (request, reply) => {
      const principal = scope.authentication.principalOf(request)
      const { name, credential } = request.body
      const { recoveryCodes, ...passkey } = await scope.factors.ownPasskeys.add(
        principal,
        { name, credential },
        scope.originOf(request),
      )
      return reply.code(201).send({
        ...toPasskeyJson(passkey),
        ...(recoveryCodes === undefined ? {} : { recovery_codes: recoveryCodes }),
      })
    },
  })
}
