import fastifyJwt from '@fastify/jwt'
import fp from 'fastify-plugin'
import { createKeys, fastJwt, type Keys } from '../src/keys/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    keys: Keys
  }
}

/** The master key and the signing keys, as `app.keys`. */
export default fp(
  async (app) => {
    const { audit, config, store } = app
    const namespace = `latchkey/${config.name}`

    // An object of our own: the library would write into the one of a host that uses it too.
    const libraries: Record<string, fastifyJwt.JWT> = Object.create(null)
    app.decorate<unknown>('jwt', { getter: () => libraries })
    await app.register(fastifyJwt, { namespace, secret: refuseDefaultKey, decode: { complete: true } })
    const decode = (token: string) => libraries[namespace]?.decode(token)

    const keys = await createKeys({ config, store, audit, jwt: { ...fastJwt, decode } })
    app.decorate('keys', { getter: () => keys })
  },
  { name: 'latchkey-jwt', dependencies: ['latchkey-config', 'latchkey-store', 'latchkey-audit'] },
)

/** Nothing is signed or verified with it. */
async function refuseDefaultKey(): Promise<string> {
  throw new Error('no key was named')
}
