import type { FastifyPluginAsync } from 'fastify'
import { account } from './account/index.ts'
import { tokens } from './tokens/index.ts'

export const routes: FastifyPluginAsync = async (scope) => {
  await scope.register(tokens)
  await scope.register(account)
}
