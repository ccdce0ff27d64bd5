import type { FastifyPluginAsync } from 'fastify'
import { guarded } from '../../plugins/guard.ts'
import { registerClient } from './register-client.ts'
import { deleteClient } from './delete-client.ts'
import { listClients } from './list-clients.ts'

/** Registered clients: `/clients`. */
export const clients: FastifyPluginAsync = async (scope) => {
  await scope.register(guarded({ scopes: ['clients:write'], allowsClients: true }, listClients))
  await scope.register(
    guarded({ scopes: ['clients:write'], allowsClients: true, recent: 'always' }, registerClient, deleteClient),
  )
}
