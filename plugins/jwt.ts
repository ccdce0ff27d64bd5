import fastifyJwt from '@fastify/jwt'
import { createVerifier } from 'fast-jwt'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { createAccessTokens, type AccessTokens, type JwtLibrary } from '../src/tokens/access-tokens.ts'
import { createAuthentication } from '../src/tokens/authentication.ts'
import type { Principal } from '../src/tokens/principal.ts'
import { createSessions, type Sessions } from '../src/tokens/sessions.ts'
import { loadSigningKey } from '../src/tokens/signing-keys.ts'

declare module 'fastify' {
  interface FastifyInstance {
    accessTokens: AccessTokens
    sessions: Sessions
    /** A hook for routes that are for somebody who is signed in. */
    authenticate: (request: FastifyRequest) => Promise<void>
    /** Who makes a request, behind that hook. */
    principalOf: (request: FastifyRequest) => Principal
  }
}

export default fp(async (app) => {
  const { config, store } = app
  const { now } = config
  const namespace = `latchkey/${config.name}`

  // An object of our own: the library would write into the one of a host that uses it too.
  const libraries: Record<string, fastifyJwt.JWT> = Object.create(null)
  app.decorate<unknown>('jwt', { getter: () => libraries })
  await app.register(fastifyJwt, { namespace, secret: refuseDefaultKey })

  const jwt: JwtLibrary = {
    sign: (claims, { alg, kid, privateKey }) =>
      libraries[namespace]!.sign(claims, { algorithm: alg, kid, header: { alg, typ: 'at+jwt' }, key: privateKey }),

    // Built once for each key. Times are checked by our own clock.
    createVerifier: ({ alg, publicKey }) => createVerifier({
      key: publicKey,
      algorithms: [alg],
      ignoreExpiration: true,
      ignoreNotBefore: true,
    }),
  }

  const sessions = createSessions({ store, now, idleDays: config.sessionIdleDays, maxDays: config.sessionMaxDays })
  const accessTokens = createAccessTokens({
    jwt,
    key: await loadSigningKey({ config, store }),
    issuer: config.issuer,
    audience: config.audience,
    lifetimeMinutes: config.accessTokenExpireMinutes,
    now,
  })

  app.decorate('sessions', { getter: () => sessions })
  app.decorate('accessTokens', { getter: () => accessTokens })

  // Under a key that no host and no other mount can have. A WeakMap costs a tenth of all the time, in garbage collection.
  const key = Symbol('principal')
  interface KnownRequest extends FastifyRequest { [key]?: Principal }

  const { authenticate } = createAuthentication({ accessTokens, sessions })
  const guard = async (request: KnownRequest) => {
    request[key] = await authenticate(request.headers.authorization)
  }
  const principalOf = (request: KnownRequest) => {
    const principal = request[key]
    if (principal === undefined) throw new Error('The route is not guarded: nobody is known to make this request.')
    return principal
  }
  app.decorate('authenticate', { getter: () => guard })
  app.decorate('principalOf', { getter: () => principalOf })
}, { name: 'latchkey-jwt', dependencies: ['latchkey-config', 'latchkey-store'] })

/** Every call names its key. */
async function refuseDefaultKey (): Promise<string> {
  throw new Error('no key was named')
}
