import fp from 'fastify-plugin'
import { type Accounts, createAccounts } from '../src/accounts/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    accounts: Accounts
  }
}

/** The use cases of users and their own accounts, as `app.accounts`. */
export default fp(
  async (app) => {
    const accounts = createAccounts(app)
    app.decorate('accounts', { getter: () => accounts })
  },
  { name: 'latchkey-accounts', dependencies: ['latchkey-throttling', 'latchkey-factors'] },
)
