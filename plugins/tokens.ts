import fp from 'fastify-plugin'
import { createTokens, type Tokens } from '../src/tokens/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    tokens: Tokens
  }
}

/** Sessions, clients and the tokens issued to them, as `app.tokens`. */
export default fp(
  async (app) => {
    const tokens = createTokens(app)
    app.decorate('tokens', { getter: () => tokens })
  },
  { name: 'latchkey-tokens', dependencies: ['latchkey-store', 'latchkey-audit', 'latchkey-jwt', 'latchkey-mail'] },
)
