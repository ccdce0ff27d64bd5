import fp from 'fastify-plugin'
import { claimIssuer, createTokens, type Tokens } from '../src/tokens/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    tokens: Tokens
  }
}

/** Sessions, clients and their tokens, as `app.tokens`. */
export default fp(
  async (app) => {
    const { issuer } = app.config
    const previousIssuer = await claimIssuer(app.store, issuer)
    if (previousIssuer !== undefined) {
      app.log.warn(
        {
          issuer,
          previousIssuer,
          remedy: 'give every instance the same PUBLIC_URL and prefix, also any that still uses the previous issuer',
        },
        'issuer changed, previous access tokens rejected',
      )
    }
    const tokens = createTokens(app)
    app.decorate('tokens', { getter: () => tokens })
  },
  { name: 'latchkey-tokens', dependencies: ['latchkey-store', 'latchkey-audit', 'latchkey-jwt', 'latchkey-mail'] },
)
