import fp from 'fastify-plugin'
import { readCommonPasswords } from '../src/accounts/common-passwords.ts'
import { createPasswordRules, type PasswordRules } from '../src/accounts/password-rules.ts'
import { createPasswords, type Passwords } from '../src/accounts/passwords.ts'

declare module 'fastify' {
  interface FastifyInstance {
    passwords: Passwords
    passwordRules: PasswordRules
  }
}

export default fp(async (app) => {
  const { hashing, passwordMinLength, productName, publicUrl } = app.config
  const passwords = createPasswords(hashing)
  app.decorate('passwords', { getter: () => passwords })
  const passwordRules = createPasswordRules({ shortest: passwordMinLength, productName, publicUrl, common: await readCommonPasswords() })
  app.decorate('passwordRules', { getter: () => passwordRules })
}, { name: 'latchkey-passwords', dependencies: ['latchkey-config'] })
