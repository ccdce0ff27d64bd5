import fp from 'fastify-plugin'
import { createDataFolder } from '../src/config/index.ts'
import { openStore, type Store } from '../src/store/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    store: Store
  }
}

/** The database, as `app.store`. */
export default fp(
  async (app) => {
    const { databaseUrl, dataDir, timing } = app.config
    if (databaseUrl.startsWith('file:')) await createDataFolder(dataDir)
    const store = await openStore(databaseUrl, timing, (message) => app.log.warn(message))
    app.addHook('onClose', () => store.close())
    app.decorate('store', { getter: () => store })
  },
  { name: 'latchkey-store', dependencies: ['latchkey-config'] },
)
