import fp from 'fastify-plugin'
import { type Administration, createAdministration } from '../src/administration/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    administration: Administration
  }
}

/** The use cases of administrators, as `app.administration`. */
export default fp(
  async (app) => {
    const administration = createAdministration(app)
    app.decorate('administration', { getter: () => administration })
  },
  { name: 'latchkey-administration', dependencies: ['latchkey-accounts'] },
)
