import t, { type Test } from 'tap'
import latchkey from '../../../src/plugin.ts'
import { build } from '../../support/build.ts'
import { createHost, mountOptions } from '../../support/host.ts'
import { inTwoMails, pageOf, postPage } from '../../support/pages.ts'

type Service = Awaited<ReturnType<typeof build>>['app']
type Response = Awaited<ReturnType<Service['inject']>>

const form = { 'content-type': 'application/x-www-form-urlencoded' }

/** Requests that a page cannot process, and the responses to them. */
const failures: [payload: string | undefined, headers: Record<string, string>, page: string][] = [
  [undefined, {}, '400 We couldn’t read the form'],
  ['', form, '400 We couldn’t read the form'],
  ['intent=delete', form, '400 We couldn’t read the form'],
  ['intent=__proto__', form, '400 We couldn’t read the form'],
  ['intent=open&intent=open', form, '400 We couldn’t read the form'],
  ['intent=request&username=ada&username=eve', form, '400 We couldn’t read the form'],
  ['intent=request&username[]=ada', form, '400 Reset your password'],
  ['intent=request&__proto__=x', form, '400 Reset your password'],
  ['{"intent":', { 'content-type': 'application/json' }, '400 We couldn’t read the form'],
  ['"open"', { 'content-type': 'application/json' }, '400 We couldn’t read the form'],
  ['intent=open', { 'content-type': 'text/plain' }, '415 We couldn’t read the form'],
  ['--x--', { 'content-type': 'multipart/form-data; boundary=x' }, '415 We couldn’t read the form'],
  [`intent=open&token=${'x'.repeat(20_000)}`, form, '413 That’s too long'],
]

/** One response of every kind. */
async function responsesOf(app: Service, prefix = '/auth'): Promise<Response[]> {
  const responses: Response[] = []
  for (const page of ['reset-password', 'verify-email']) {
    for (const view of ['', '?view=code', '?view=mail', '?view=sent', '?view=__proto__', '?view=a&view=b']) {
      responses.push(await app.inject(`${prefix}/${page}${view}`))
    }
    responses.push(await app.inject({ method: 'HEAD', url: `${prefix}/${page}` }))
    responses.push(
      await app.inject({
        method: 'POST',
        url: `${prefix}/${page}`,
        headers: form,
        payload: 'intent=request&username=nobody',
      }),
    )
    responses.push(
      await app.inject({ method: 'POST', url: `${prefix}/${page}`, headers: form, payload: 'intent=open&token=x' }),
    )
    for (const [payload, headers] of failures) {
      responses.push(
        await app.inject({
          method: 'POST',
          url: `${prefix}/${page}`,
          headers,
          ...(payload === undefined ? {} : { payload }),
        }),
      )
    }
  }
  return responses
}

/**
 * Checks that the responses are neither cached nor framed, send no referrer, and post forms only to their own origin.
 */
function checkProtected(t: Test, responses: Response[]) {
  for (const { headers, statusCode } of responses) {
    t.match(
      headers,
      { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' },
      `${statusCode}`,
    )
    t.equal(
      String(headers['content-security-policy']).replaceAll(/'sha256-[\w+/]{43}='/g, 'HASH'),
      "default-src 'none'; script-src HASH; style-src HASH; img-src data:; form-action 'self'; base-uri 'none'; " +
        "frame-ancestors 'none'",
    )
    if (statusCode !== 303) t.equal(headers['content-type'], 'text/html; charset=utf-8')
  }
}

t.test('every invalid request is answered with a page in plain words', async (t) => {
  const { app, lines } = await build(t)
  for (const [payload, headers, page] of failures) {
    const response = await app.inject({
      method: 'POST',
      url: '/auth/reset-password',
      headers,
      ...(payload === undefined ? {} : { payload }),
    })
    t.equal(pageOf(response), page, `${payload}`.slice(0, 40))
    t.notMatch(response.body, /intent (is|must)|FST_|JSON|content type|media type/i)
  }
  checkProtected(t, await responsesOf(app))
  t.notMatch(lines.join(''), /"level":50/)
})

t.test('over https the pages have HSTS, and a window that opened one cannot reach it', async (t) => {
  const { app } = await build(t, { environment: { PUBLIC_URL: 'https://login.example.com' } })
  t.match((await app.inject('/auth/verify-email')).headers, {
    'strict-transport-security': /^max-age=31536000/,
    'cross-origin-opener-policy': 'same-origin',
  })
})

t.test('in a host with its own policy and hooks the pages keep their headers', async (t) => {
  const host = createHost(t)
  const theirs = {
    'content-security-policy': "script-src 'none'; form-action 'none'",
    'referrer-policy': 'unsafe-url',
    'cache-control': 'public, max-age=60',
  }
  host.addHook('onRequest', async (_request, reply) => {
    reply.headers(theirs)
  })
  host.addHook('onSend', async (_request, reply) => {
    reply.headers(theirs)
  })
  host.setReplySerializer((payload) => JSON.stringify({ wrapped: payload }))
  await host.register(latchkey, { ...mountOptions, prefix: '/a/b' })
  host.addHook('onRequest', async (_request, reply) => {
    reply.headers(theirs)
  })
  await host.ready()
  const responses = await responsesOf(host, '/a/b')
  checkProtected(t, responses)
  t.match(responses[0]?.body, /^<!doctype html>/)
})

t.test('no log line of a page contains secrets from links or messages', async (t) => {
  const { app, lines, mailbox } = await build(t)
  const { verification, reset } = await inTwoMails({ app, mailbox })
  for (const [page, { token, code }] of [
    ['reset-password', reset],
    ['verify-email', verification],
  ] as const) {
    await app.inject(`/auth/${page}?view=code&token=${token}`)
    for (const intent of ['open', 'set', 'confirm', 'reject']) {
      await postPage(app, page, { intent, token, code, username: 'ada', password: 'x', new_password: 'x' })
    }
    t.notOk(lines.some((line) => line.includes(token) || line.includes(code)))
  }
  t.ok(lines.some((line) => line.includes('"path":"/auth/verify-email"')))
})
