import type { FastifyPluginAsync } from 'fastify'
import { account } from './account/index.ts'
import { administration } from './administration/index.ts'
import { discovery } from './discovery/index.ts'
import { pages } from './pages/index.ts'
import { recovery } from './recovery/index.ts'
import { tokens } from './tokens/index.ts'

export const routes: FastifyPluginAsync = async (scope) => {
  await scope.register(tokens)
  await scope.register(discovery)
  await scope.register(account)
  await scope.register(recovery)
  await scope.register(pages)
  await scope.register(administration)
}
