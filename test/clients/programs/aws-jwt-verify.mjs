// An Express service that verifies access tokens with aws-jwt-verify.
import { JwtVerifier } from 'aws-jwt-verify'
import { JwtInvalidScopeError } from 'aws-jwt-verify/error'
import express from 'express'

const issuer = process.env.ISSUER
const verifier = JwtVerifier.create({ issuer, audience: issuer, jwksUri: `${issuer}/jwks.json` })

const requireToken = (properties) => async (request, response, next) => {
  const token = request.headers.authorization?.replace(/^Bearer /i, '') ?? ''
  try {
    request.caller = await verifier.verify(token, properties)
  } catch (error) {
    const status = error instanceof JwtInvalidScopeError ? 403 : 401
    return response.status(status).json({ error: error.name, message: error.message })
  }
  next()
}

const app = express()
app.get('/orders', requireToken(), (request, response) => response.json({ userId: request.caller.sub }))
app.post('/orders', requireToken({ scope: 'orders:write' }), (request, response) => response.sendStatus(201))
