// @lane processes
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import t from 'tap'
import { secretFor, signedUp } from '../support/build.ts'
import { newToken, rotate } from '../support/keys.ts'
import { listeningAtItsOrigin } from '../support/listening.ts'
import { inPython } from '../support/python.ts'
import { snippetsOf } from '../support/snippets.ts'

const packages = { jwt: 'python3-jwt', cryptography: 'python3-cryptography' }

/**
 * Prints the values that the guide reads from a token, the names of the tokens that it rejects, and whether it accepts
 * those on standard input.
 */
const program = `
print(user_id, username, scopes)
try:
    read_token(token[:-9] + "tampering")
except jwt.InvalidSignatureError:
    print("tampered")
try:
    ISSUER = "https://api.example.com/others"
    read_token(token)
except jwt.InvalidTokenError:
    print("for others")
ISSUER = os.environ["ISSUER"]
for token in sys.stdin:
    print(read_token(token.strip())["sub"] == user_id)
`

const secret = secretFor('the secret key of the tutorial')

for (const algorithm of ['HS256', 'ES256']) {
  const name = `the guide for FastAPI verifies access tokens with PyJWT (${algorithm}, A11)`
  inPython(t, name, packages, async (t, python) => {
    const environment = algorithm === 'HS256' ? { ALGORITHM: algorithm, SECRET_KEY: secret } : { ALGORITHM: algorithm }
    const { app, issuer, databaseUrl } = await listeningAtItsOrigin(t, environment)
    const { access_token: token } = await signedUp(app, 'ada')
    const { id } = (await app.inject({ url: '/auth/users/me', headers: { authorization: `Bearer ${token}` } })).json()

    const snippets = await snippetsOf('docs/guides/verify-tokens.md', 'python')
    const verifier = snippets.find((code) => code.includes(`algorithms=["${algorithm}"]`)) ?? ''
    const source = [verifier, 'import sys\ntoken = sys.argv[1]\n', snippets.at(-1), program].join('\n')
    const env = { ...process.env, ISSUER: issuer, SECRET_KEY: secret }
    const service = spawn(python, ['-u', '-c', source, token], { env, stdio: ['pipe', 'pipe', 'inherit'] })
    t.teardown(() => service.kill())
    const lines = createInterface(service.stdout)[Symbol.asyncIterator]()
    for (const expected of [`${id} ada ['account']`, 'tampered', 'for others']) {
      t.equal((await lines.next()).value, expected)
    }
    if (algorithm === 'ES256') {
      await rotate(app, databaseUrl, { now: true })
      service.stdin.write(`${await newToken(app)}\n`)
      t.equal((await lines.next()).value, 'True', 'the keys are fetched again after a rotation')
    }
    service.stdin.end()
    t.match(await lines.next(), { done: true })
  })
}
