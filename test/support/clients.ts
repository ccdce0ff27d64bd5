/*
 * What confidential clients ask for, and what they are answered with.
 */
import type { FastifyInstance } from 'fastify'
import { errorCatalogue } from '../../src/errors/catalogue.ts'
import { administrator, buildWithSql, postForm, registerClient, type DatabaseKind } from './build.ts'
import type { Test } from 'tap'

export type RegisteredClient = Awaited<ReturnType<typeof registerClient>>

/** `Authorization: Basic …` of a text as it is. */
export const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

/** A service with an administrator, a client that gets tokens for itself, and one that asks what tokens are worth. */
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

/** @returns a token of the client's own, with these scopes or those that it gets unasked */
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

/** Without a client: by one of the operator's own apps. */
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

/** What a client is refused with that is not known, or has another secret. */
export const invalidClient = {
  error: 'invalid_client',
  error_description: errorCatalogue.invalid_client.detail,
  detail: errorCatalogue.invalid_client.detail,
  code: 'invalid_client',
}
