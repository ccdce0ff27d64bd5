import { once } from 'node:events'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { secretFor } from '../../support/build.ts'
import { openSessions } from '../../support/refreshing.ts'

const browser = (platform: string, rest: string) => `Mozilla/5.0 (${platform}) ${rest}`

const devices = [
  ['Firefox on Windows', browser('Windows NT 10.0; Win64; x64; rv:146.0', 'Gecko/20100101 Firefox/146.0')],
  [
    'Safari on iOS',
    browser(
      'iPhone; CPU iPhone OS 18_6 like Mac OS X',
      'AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
    ),
  ],
  [
    'Chrome on Android',
    browser('Linux; Android 10; K', 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36'),
  ],
  [
    'Microsoft Edge on Windows',
    browser(
      'Windows NT 10.0; Win64; x64',
      'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0',
    ),
  ],
  ['curl', 'curl/8.5.0'],
  ['okhttp', 'okhttp/4.12.0'],
  ['Unknown device', undefined],
  ['Unknown device', ''],
  ['Unknown device', '{"$ne": null}'],
  ['Unknown device', '<script>alert(1)</script>'],
  ['constructor', 'constructor'],
] as const

t.test('devices are described in words for any User-Agent', async (t) => {
  const { app } = await openSessions(t, 'sqlite')
  const port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)

  /**
   * Not with `fetch`, which always sends a User-Agent.
   * @returns the device of the new session
   */
  async function deviceOf(userAgent: string | undefined): Promise<string> {
    const body = JSON.stringify({ username: 'ada', password: secretFor('ada') })
    const headers = {
      'content-type': 'application/json',
      'content-length': body.length,
      ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
    }
    const [response] = await once(
      request({ port, host: '127.0.0.1', method: 'POST', path: '/auth/token', headers }).end(body),
      'response',
    )
    const { access_token: token } = JSON.parse(await text(response))
    const listed = await app.inject({ url: '/auth/users/me/sessions', headers: { authorization: `Bearer ${token}` } })
    return listed.json().sessions.find(({ current }: { current: boolean }) => current).device
  }

  for (const [device, userAgent] of devices) t.equal(await deviceOf(userAgent), device, userAgent ?? 'none')
  for (const userAgent of [
    'x'.repeat(8192),
    'a/b '.repeat(2048),
    `${'('.repeat(4000)} ${')'.repeat(4000)}`,
    browser('\u00e4'.repeat(8000), 'Firefox/146.0'),
  ]) {
    const device = await deviceOf(userAgent)
    t.ok(device.length > 0 && device.length <= 100, `${userAgent.slice(0, 8)}… becomes a short description`)
  }
})
