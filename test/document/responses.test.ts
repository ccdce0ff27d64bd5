import t from 'tap'
import { build, register } from '../support/build.ts'
import { listening } from '../support/listening.ts'
import { type SentResponse, validateResponse, withValidatedResponses } from '../support/validate-response.ts'

t.test('a response that differs from the document is noticed', async (t) => {
  const { app } = await build(t)
  const created = await register(app, 'ada')
  const { statusCode, headers, body } = created
  const validate = (changes: Partial<SentResponse>) =>
    validateResponse('POST', '/auth/users', { statusCode, headers, body, ...changes })

  validate({})
  for (const [changes, difference] of [
    [{ statusCode: 418 }, /the status is not documented/],
    [{ headers: { ...headers, 'retry-after': '1' } }, /the header retry-after is not documented/],
    [{ headers: { ...headers, 'content-type': 'text/plain' } }, /the content type is text\/plain/],
    [{ body: '{"username":"ada"}' }, /required property/],
    [{ body: body.replace('"ada"', '42') }, /must be string/],
    [{ body: '' }, /no body/],
  ] as const) {
    t.throws(() => validate(changes), { message: difference })
  }

  const taken = await register(app, 'ada')
  const otherCode = taken.body.replace('username_taken', 'own_account')
  t.throws(() => validate({ statusCode: 409, headers: taken.headers, body: otherCode }), {
    message: /code must be equal to one of the allowed values/,
  })
})

t.test('a built app whose response differs from the document fails the test', async (t) => {
  const { app, url } = await listening(t)
  app.server.prependListener('request', (_request, response) => response.setHeader('retry-after', '1'))
  const failure = new Promise((resolve) => {
    t.capture(t, 'fail', (message: string) => {
      resolve(message)
      return false
    })
  })
  await fetch(`${url}/auth/users/me`)
  t.match(await failure, /GET \/auth\/users\/me 401 differs from openapi\.json: the header retry-after/)
  t.throws(() => withValidatedResponses(t, () => {}), { message: /No Fastify app was created/ })
})
