import fastifyJwt from '@fastify/jwt'
import { createSigner, createVerifier } from 'fast-jwt'
import fp from 'fastify-plugin'
import { createKeyRing, type JwtLibrary, type KeyRing, type MasterKey, openKeys } from '../src/keys/index.ts'
import { type AccessTokens, createAccessTokens, createRefreshTokens, type RefreshTokens } from '../src/tokens/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    accessTokens: AccessTokens
    keyRing: KeyRing
    masterKey: MasterKey
    refreshTokens: RefreshTokens
  }
}

/**
 * What @fastify/jwt uses inside, built once for each key: built at each call, as it does where the key
 * is not the same for all, it costs ten times the signature. Times are checked by our own clock.
 */
const jwt: JwtLibrary = {
  createSigner: ({ alg, kid, privateKey }) =>
    createSigner({ algorithm: alg, kid, header: { alg, typ: 'at+jwt' }, key: privateKey }),
  createVerifier: ({ alg, publicKey }) =>
    createVerifier({ key: publicKey, algorithms: [alg], ignoreExpiration: true, ignoreNotBefore: true }),
}

export default fp(
  async (app) => {
    const { audit, config, reportFinding: report, store } = app
    const { now } = config
    const namespace = `latchkey/${config.name}`

    // An object of our own: the library would write into the one of a host that uses it too.
    const libraries: Record<string, fastifyJwt.JWT> = Object.create(null)
    app.decorate<unknown>('jwt', { getter: () => libraries })
    await app.register(fastifyJwt, { namespace, secret: refuseDefaultKey, decode: { complete: true } })

    const { masterKey, source } = await openKeys({ config, store, audit, report })
    const keyRing = createKeyRing({ source, jwt, now })
    const accessTokens = createAccessTokens({
      keyRing,
      decode: (token) => libraries[namespace]?.decode(token),
      issuer: config.issuer,
      audience: config.audience,
      lifetimeMinutes: config.accessTokenExpireMinutes,
      now,
    })
    const refreshTokens = createRefreshTokens({ masterKey })

    app.decorate('masterKey', { getter: () => masterKey })
    app.decorate('keyRing', { getter: () => keyRing })
    app.decorate('accessTokens', { getter: () => accessTokens })
    app.decorate('refreshTokens', { getter: () => refreshTokens })
  },
  { name: 'latchkey-jwt', dependencies: ['latchkey-config', 'latchkey-store', 'latchkey-audit'] },
)

/** Nothing is signed or verified with it. */
async function refuseDefaultKey(): Promise<string> {
  throw new Error('no key was named')
}
