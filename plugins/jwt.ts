import fastifyJwt, { type FastifyJWTOptions } from '@fastify/jwt'
import fastify from 'fastify'
import fp from 'fastify-plugin'
import { createKeys, type JwtLibrary, type Keys } from '../src/keys/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    keys: Keys
  }
}

/** The master key and the signing keys, as `app.keys`. */
export default fp(
  async (app) => {
    const { audit, config, store, telemetry } = app
    const keys = await createKeys({ config, store, audit, jwt: await createJwtLibrary() })
    if (telemetry.metrics !== undefined) {
      // Otherwise, a scrape before the first request that needs the keys would find none.
      await keys.ring.refreshIfStale()
      telemetry.metrics.watchKeys(keys.ring)
    }
    app.decorate('keys', { getter: () => keys })
  },
  { name: 'latchkey-jwt', dependencies: ['latchkey-config', 'latchkey-store', 'latchkey-audit'] },
)

async function createJwtLibrary(): Promise<JwtLibrary> {
  const { decode } = await registerJwt({ secret: rejectMissingKey, decode: { complete: true } })
  return {
    async open({ alg, kid, privateKey, publicKey }) {
      const { sign, verify } = await registerJwt({
        secret: privateKey === undefined ? { public: publicKey } : { private: privateKey, public: publicKey },
        sign: { algorithm: alg, kid, header: { alg, typ: 'at+jwt' } },
        // `createAccessTokens` checks times against the clock of the configuration.
        verify: { algorithms: [alg], ignoreExpiration: true, ignoreNotBefore: true },
      })
      return { sign, verify }
    },
    decode,
  }
}

/**
 * With one registration per key, the library parses each key only once. Each registration needs its own Fastify
 * instance: keys are added long after the service has started, and a host may use the library as well.
 */
async function registerJwt(options: FastifyJWTOptions) {
  const instance = fastify()
  await instance.register(fastifyJwt, options)
  return instance.jwt
}

async function rejectMissingKey(): Promise<string> {
  throw new Error('This instance only decodes tokens and has no key.')
}
