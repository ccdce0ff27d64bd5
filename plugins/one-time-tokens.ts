import fp from 'fastify-plugin'
import { createOneTimeTokens, type OneTimeTokens } from '../src/one-time-tokens/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    oneTimeTokens: OneTimeTokens
  }
}

/** E-mailed links and codes, as `app.oneTimeTokens`. */
export default fp(
  async (app) => {
    const oneTimeTokens = createOneTimeTokens(app)
    app.decorate('oneTimeTokens', { getter: () => oneTimeTokens })
  },
  { name: 'latchkey-one-time-tokens', dependencies: ['latchkey-store', 'latchkey-jwt', 'latchkey-mail'] },
)
