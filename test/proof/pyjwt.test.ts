// @lane processes
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { secretFor, signedUp } from '../support/build.ts'
import { listeningAtItsOrigin } from '../support/listening.ts'

const run = promisify(execFile)

const advice = 'There is no Python with PyJWT and cryptography: apt-get install python3-jwt python3-cryptography.'

/** Prints the values that the guide reads from a token and the names of the tokens that it rejects. */
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
`

const secret = secretFor('the secret key of the tutorial')

for (const algorithm of ['HS256', 'ES256']) {
  inPython(t, `the guide for FastAPI verifies access tokens with PyJWT (${algorithm}, A11)`, async (t, python) => {
    const environment = algorithm === 'HS256' ? { ALGORITHM: algorithm, SECRET_KEY: secret } : { ALGORITHM: algorithm }
    const { app, issuer } = await listeningAtItsOrigin(t, environment)
    const { access_token: token } = await signedUp(app, 'ada')
    const { id } = (await app.inject({ url: '/auth/users/me', headers: { authorization: `Bearer ${token}` } })).json()

    const snippets = [
      ...(await readFile('docs/guides/verify-tokens.md', 'utf8')).matchAll(/```python\n([^]*?)```/g),
    ].map(([, code = '']) => code)
    const verifier = snippets.find((code) => code.includes(`algorithms=["${algorithm}"]`)) ?? ''
    const source = [verifier, 'import sys\ntoken = sys.argv[1]\n', snippets.at(-1), program].join('\n')
    const env = { ...process.env, ISSUER: issuer, SECRET_KEY: secret }
    const { stdout } = await run(python, ['-c', source, token], { env })
    t.strictSame(stdout.split('\n'), [`${id} ada ['account']`, 'tampered', 'for others', ''])
  })
}

/** Runs a test with PyJWT. Without it the test is skipped, but fails on CI. */
function inPython(t: Test, name: string, test: (t: Test, python: string) => Promise<void>) {
  return t.test(name, async (t) => {
    for (const python of ['/usr/bin/python3', 'python3']) {
      const isUsable = await run(python, ['-c', 'import jwt, cryptography']).then(
        () => true,
        () => false,
      )
      if (isUsable) return test(t, python)
    }
    if (process.env.CI === 'true') return t.fail(advice)
    return t.pass(advice, { skip: advice })
  })
}
