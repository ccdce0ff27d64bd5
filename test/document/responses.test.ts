import type { LightMyRequestResponse } from 'fastify'
import t from 'tap'
import { build, register } from '../support/build.ts'
import { validateResponse } from '../support/validate-response.ts'

t.test('a response that differs from the document is noticed', async (t) => {
  const { app } = await build(t)
  const created = await register(app, 'ada')
  const differing = (changes: object) => Object.assign(Object.create(created), changes) as LightMyRequestResponse
  const validate = (changes: object) => validateResponse('POST', '/auth/users', differing(changes))

  validate({})
  for (const [changes, difference] of [
    [{ statusCode: 418 }, /the status is not documented/],
    [{ headers: { ...created.headers, 'retry-after': '1' } }, /the header retry-after is not documented/],
    [{ headers: { ...created.headers, 'content-type': 'text/plain' } }, /the content type is text\/plain/],
    [{ body: '{"username":"ada"}' }, /required property/],
    [{ body: created.body.replace('"ada"', '42') }, /must be string/],
    [{ body: '' }, /no body/],
  ] as const) {
    t.throws(() => validate(changes), { message: difference })
  }

  const taken = await register(app, 'ada')
  const body = taken.body.replace('username_taken', 'own_account')
  t.throws(() => validate({ statusCode: 409, headers: taken.headers, body }), {
    message: /code must be equal to one of the allowed values/,
  })
})
