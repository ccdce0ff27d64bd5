// Verifies access tokens with jsonwebtoken and the keys that jwks-rsa fetches.
import { promisify } from 'node:util'
import jwt from 'jsonwebtoken'
import jwksClient from 'jwks-rsa'

const { ISSUER, TOKENS = '' } = process.env
const jwks = jwksClient({ jwksUri: `${ISSUER}/jwks.json`, cache: true, rateLimit: true })
const verify = promisify(jwt.verify)

async function getKey({ kid }) {
  const key = await jwks.getSigningKey(kid)
  return key.getPublicKey()
}

for (const token of TOKENS.split(' ')) {
  try {
    const { sub, scope } = await verify(token, (header, done) => getKey(header).then((key) => done(null, key), done), {
      algorithms: ['ES256'],
      issuer: ISSUER,
      audience: ISSUER,
    })
    console.log(JSON.stringify({ sub, scope }))
  } catch (error) {
    console.log(JSON.stringify({ error: error.name }))
  }
}
