import fp from 'fastify-plugin'
import { createRegistration, type Registration } from '../src/accounts/registration.ts'
import { createSignIn, type SignIn } from '../src/accounts/sign-in.ts'

declare module 'fastify' {
  interface FastifyInstance {
    registration: Registration
    signIn: SignIn
  }
}

export default fp(async (app) => {
  const { config: { now, signup }, store, passwords, sessions, accessTokens } = app
  app.decorate('registration', createRegistration({ store, passwords, now, isOpen: signup === 'open' }))
  app.decorate('signIn', createSignIn({ store, passwords, sessions, accessTokens }))
}, { name: 'latchkey-accounts', dependencies: ['latchkey-store', 'latchkey-passwords', 'latchkey-jwt'] })
