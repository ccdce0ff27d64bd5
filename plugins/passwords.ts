import fp from 'fastify-plugin'
import { createPasswords, type Passwords } from '../src/accounts/passwords.ts'

declare module 'fastify' {
  interface FastifyInstance { passwords: Passwords }
}

export default fp(async (app) => {
  const { hashing, passwordMinLength } = app.config
  app.decorate('passwords', createPasswords(hashing, passwordMinLength))
}, { name: 'latchkey-passwords', dependencies: ['latchkey-config'] })
