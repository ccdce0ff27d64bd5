/* Requests of confidential clients, and their responses. */
import type { FastifyInstance } from 'fastify'
import { errorCatalogue } from '../../src/errors/catalogue.ts'
import { administrator, buildWithSql, postForm, registerClient, type DatabaseKind } from './build.ts'
import type { Test } from 'tap'

export type RegisteredClient = Awaited<ReturnType<typeof registerClient>>

/** `Authorization: Basic …` of an unencoded text. */
export const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

/**
 * A service with an administrator, a worker client that gets its own tokens, and a resource server that introspects.
 */
export async function buildWithClients(
  t: Test,
  database: DatabaseKind = 'sqlite',
  environment: NodeJS.ProcessEnv = {},
) {
  const built = await buildWithSql(t, database, environment)
  const admin = await administrator(built.app, built.change)
  return {
    ...built,
    admin,
    worker: await registerClient(built.app, admin, {
      grant_types: ['client_credentials'],
      scope: 'posts:write keys:write',
    }),
    resource: await registerClient(built.app, admin, { introspection: true }),
  }
}

/** The client credentials grant (RFC 6749 4.4). */
export function askToken(
  app: FastifyInstance,
  { authorization }: Pick<RegisteredClient, 'authorization'>,
  more: Record<string, string> = {},
) {
  return postForm(app, '/auth/token', { grant_type: 'client_credentials', ...more }, { authorization })
}

/** @returns an access token of the client with these scopes, or by default with all of its own */
export async function tokenOf(app: FastifyInstance, client: RegisteredClient, scope = ''): Promise<string> {
  const response = await askToken(app, client, { scope })
  return response.json<{ access_token: string }>().access_token
}

export function introspect(
  app: FastifyInstance,
  { authorization }: Pick<RegisteredClient, 'authorization'>,
  token: string,
  more: Record<string, string> = {},
) {
  return postForm(app, '/auth/introspect', { token, ...more }, { authorization })
}

/** Revokes as a public client, such as the operator's own app. */
export function revoke(
  app: FastifyInstance,
  token: string,
  more: Record<string, string> = {},
  client?: RegisteredClient,
) {
  return postForm(
    app,
    '/auth/revoke',
    { token, ...more },
    client === undefined ? {} : { authorization: client.authorization },
  )
}

export function removeClient(app: FastifyInstance, token: string, { id }: Pick<RegisteredClient, 'id'>) {
  return app.inject({ method: 'DELETE', url: `/auth/clients/${id}`, headers: { authorization: `Bearer ${token}` } })
}

/** The response to an unknown client or a wrong secret. */
export const invalidClient = {
  error: 'invalid_client',
  error_description: errorCatalogue.invalid_client.detail,
  detail: errorCatalogue.invalid_client.detail,
  code: 'invalid_client',
}
