// A Fastify service that verifies access tokens with @fastify/jwt and the keys that get-jwks fetches.
import fastifyJwt from '@fastify/jwt'
import Fastify from 'fastify'
import buildGetJwks from 'get-jwks'

const issuer = process.env.ISSUER
const getJwks = buildGetJwks({ issuersWhitelist: [issuer], jwksPath: '/jwks.json' })

const app = Fastify()
app.register(fastifyJwt, {
  decode: { complete: true },
  secret: async (request, { header: { kid, alg }, payload: { iss } }) => {
    try {
      return await getJwks.getPublicKey({ kid, domain: iss, alg })
    } catch (error) {
      // Otherwise Fastify would respond with 500 to a token of another issuer or of an unknown key.
      if (['DOMAIN_NOT_ALLOWED', 'JWK_NOT_FOUND'].includes(error.code)) error.statusCode = 401
      throw error
    }
  },
  verify: { algorithms: ['ES256'], allowedIss: issuer, allowedAud: issuer },
})
app.addHook('onRequest', async (request) => {
  await request.jwtVerify()
})

app.get('/orders', async ({ user }) => ({ userId: user.sub }))
