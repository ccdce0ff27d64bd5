import fp from 'fastify-plugin'
import { createDataFolder } from '../src/config/index.ts'
import { openStore, type Store } from '../src/store/index.ts'
import { watchDatabase } from './errors.ts'
import { runJobs } from './run-jobs.ts'

declare module 'fastify' {
  interface FastifyInstance {
    store: Store
  }
}

/** The database, as `app.store`. */
export default fp(
  async (app) => {
    const { databaseUrl, databasePoolSize: poolSize, dataDir, timing } = app.config
    if (databaseUrl.startsWith('file:')) await createDataFolder(dataDir)
    const { metrics, onStatement } = app.telemetry
    let rejected = 0
    const store = await openStore(databaseUrl, timing, {
      poolSize,
      onWait: (message) => app.log.warn(message),
      onExhausted: () => {
        rejected++
        metrics?.onPoolExhausted()
      },
      onStatement,
    })
    if (store.migrated.length > 0) app.log.info({ migrations: store.migrated }, 'database migrated')
    metrics?.watchStore(store)
    watchDatabase(app, store.ping)
    app.decorate('store', { getter: () => store })

    async function reportRejected() {
      if (rejected > 0) app.log.warn({ refused: rejected, poolSize }, 'database pool exhausted, requests rejected')
      rejected = 0
    }
    runJobs(app, timing, [{ name: 'pool report', everyMs: 1_000, run: reportRejected }])
    app.addHook('onClose', async () => {
      await reportRejected()
      await store.close()
    })
  },
  { name: 'latchkey-store', dependencies: ['latchkey-config', 'latchkey-telemetry'] },
)
