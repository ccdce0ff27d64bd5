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
  const { config: { now, signup }, store, passwords, passwordRules, sessions, grants } = app
  const registration = createRegistration({ store, passwords, passwordRules, now, isOpen: signup === 'open' })
  app.decorate('registration', { getter: () => registration })
  const signIn = createSignIn({ store, passwords, sessions, grants })
  app.decorate('signIn', { getter: () => signIn })
}, { name: 'latchkey-accounts', dependencies: ['latchkey-store', 'latchkey-passwords', 'latchkey-sessions'] })
