import fp from 'fastify-plugin'
import { type Config, secretWarnings } from '../src/config/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    config: Config
  }
}

/** The settings, as `app.config`. */
export default fp<{ config: Config }>(
  async (app, { config }) => {
    for (const warning of secretWarnings(config)) app.log.warn(warning)
    // A getter, as in all of these plugins. A value could not replace a host's decorator that is a getter.
    app.decorate('config', { getter: () => config })
  },
  { name: 'latchkey-config' },
)
