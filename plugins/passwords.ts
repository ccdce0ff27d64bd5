import fp from 'fastify-plugin'
import {
  createHashingGate,
  createPasswordRules,
  createPasswords,
  type HashingGate,
  type PasswordRules,
  type Passwords,
  readCommonPasswords,
} from '../src/passwords/index.ts'
import { doEvery } from './interval.ts'

declare module 'fastify' {
  interface FastifyInstance {
    hashingGate: HashingGate
    passwords: Passwords
    passwordRules: PasswordRules
  }
}

export default fp(
  async (app) => {
    const {
      hashConcurrency: concurrency,
      hashing,
      hashQueueMs: queueMs,
      passwordMinLength,
      productName,
      publicUrl,
    } = app.config
    let refused = 0
    const gate = createHashingGate({
      concurrency,
      queueMs,
      onRefused: () => {
        refused++
      },
    })
    doEvery(app, 10_000, 'refusals could not be told of', async () => {
      if (refused > 0) {
        app.log.warn({ refused, ...gate.state() }, 'more passwords than can be hashed in time: some were refused (503)')
      }
      refused = 0
    })
    app.decorate('hashingGate', { getter: () => gate })
    // For whoever wonders whether it holds.
    app.addHook('onClose', async () => app.log.debug(gate.state(), 'password hashes'))
    const passwords = createPasswords(hashing, gate)
    app.decorate('passwords', { getter: () => passwords })
    const passwordRules = createPasswordRules({
      shortest: passwordMinLength,
      productName,
      publicUrl,
      common: await readCommonPasswords(),
    })
    app.decorate('passwordRules', { getter: () => passwordRules })
  },
  { name: 'latchkey-passwords', dependencies: ['latchkey-config'] },
)
