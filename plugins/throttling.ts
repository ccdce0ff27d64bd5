import fp from 'fastify-plugin'
import { createThrottling, type Throttling } from '../src/throttling/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    throttling: Throttling
  }
}

/** Counts and limits attempts at passwords and codes, as `app.throttling`. */
export default fp(
  async (app) => {
    const throttling = createThrottling(app)
    app.decorate('throttling', { getter: () => throttling })
  },
  {
    name: 'latchkey-throttling',
    dependencies: ['latchkey-store', 'latchkey-audit', 'latchkey-mail', 'latchkey-passwords', 'latchkey-tokens'],
  },
)
