import type { FastifyPluginAsync } from 'fastify'
import { guarded } from '../../plugins/guard.ts'
import { acceptInvitation } from './accept-invitation.ts'
import { createInvitation } from './create-invitation.ts'
import { deleteInvitation } from './delete-invitation.ts'
import { listInvitations } from './list-invitations.ts'

/** Invitations: `/invitations`. */
export const invitations: FastifyPluginAsync = async (scope) => {
  await scope.register(acceptInvitation)
  await scope.register(guarded({ scopes: ['users:read'], allowsClients: true }, listInvitations))
  await scope.register(
    guarded({ scopes: ['users:write'], allowsClients: true, recent: 'always' }, createInvitation, deleteInvitation),
  )
}
