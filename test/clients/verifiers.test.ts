// @lane clients
import t from 'tap'
import { signedUp } from '../support/build.ts'
import { listeningAtItsOrigin } from '../support/listening.ts'
import { runProgram } from './support.ts'

t.test('jsonwebtoken with jwks-rsa verifies access tokens', async (t) => {
  const { app, issuer } = await listeningAtItsOrigin(t)
  const { access_token: token } = await signedUp(app, 'ada')
  const tokens = [token, `${token.slice(0, -9)}tampering`]
  const printed = await runProgram('jwks-rsa.mjs', { ISSUER: issuer, TOKENS: tokens.join(' ') })
  t.match(printed, [{ sub: /./, scope: 'account' }, { error: 'JsonWebTokenError' }])
})
