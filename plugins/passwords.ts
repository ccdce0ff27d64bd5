import fp from 'fastify-plugin'
import { createPasswords, type Passwords } from '../src/accounts/passwords.ts'

declare module 'fastify' {
  interface FastifyInstance { passwords: Passwords }
}

export default fp(async (app) => {
  const { hashing, passwordMinLength } = app.config
  const passwords = createPasswords(hashing, passwordMinLength)
  app.decorate('passwords', { getter: () => passwords })
}, { name: 'latchkey-passwords', dependencies: ['latchkey-config'] })
