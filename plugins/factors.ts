import fp from 'fastify-plugin'
import { createFactors, type Factors } from '../src/factors/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    factors: Factors
  }
}

/** Second factors, as `app.factors`. */
export default fp(
  async (app) => {
    const factors = createFactors(app)
    await factors.reseal()
    app.decorate('factors', { getter: () => factors })
  },
  { name: 'latchkey-factors', dependencies: ['latchkey-tokens', 'latchkey-throttling', 'latchkey-one-time-tokens'] },
)
