import t from 'tap'
import { day, hour, minute, onBoth, secretFor, second } from '../support/build.ts'
import { eventsIn, invalidGrant, openSessions, refreshed, summaryOf } from '../support/refreshing.ts'
import { abroad, home, signInFrom, type SignedIn } from '../support/throttling.ts'

type Service = Awaited<ReturnType<typeof openSessions>>

/** Signs in from `home`, and loses the response to the first refresh. */
async function loseResponse({ app }: Service) {
  const phone = (await signInFrom(app, home, 'ada')).json<SignedIn>()
  const successor = (await refreshAt(app, home, phone.refresh_token)).json<SignedIn>()
  return { phone, successor }
}

const eventsOf = ({ run }: Service) => run("select * from events where event like 'refresh%' order by id")

function refreshAt(app: Service['app'], remoteAddress: string, token: string, deviceToken?: string) {
  const device = deviceToken === undefined ? {} : { device_token: deviceToken }
  const payload = { grant_type: 'refresh_token', refresh_token: token, ...device }
  return app.inject({ method: 'POST', url: '/auth/token', remoteAddress, payload })
}

onBoth(
  t,
  'a device that lost a response gets the same successor for a day, on any network (A5)',
  async (t, database) => {
    const service = await openSessions(t, database)
    const { app, clock, row } = service
    const { phone, successor } = await loseResponse(service)
    const before = await row()
    clock.advance(day)
    const late = await refreshAt(app, abroad, phone.refresh_token, phone.device_token)
    t.equal(late.json().refresh_token, successor.refresh_token)
    t.strictSame({ ...(await row()), late_refreshes: null }, before, 'the session is unchanged')
    const [event, ...others] = await eventsOf(service)
    t.match(event, { event: 'refresh_retried_late', user_id: before.user_id })
    t.strictSame(JSON.parse(String(event?.details)), { session_id: before.id, evidence: 'device', retries: 1 })
    t.strictSame(others, [])
    await refreshed(t, app, successor.refresh_token)
  },
)

t.test('after a day, or with the token of another device, it counts as stolen (A5, S3)', async (t) => {
  for (const [what, wait, deviceTokenOf] of [
    ['a day and a millisecond', day + 1, (own: string) => own],
    ['another device', hour, (_own: string, other: string) => other],
    ['no device token', hour, () => undefined],
    ['a forged device token', hour, (own: string) => `${own.slice(0, -8)}AAAAAAAA`],
  ] as const) {
    const service = await openSessions(t, 'sqlite')
    const { app, clock, lines, rows } = service
    const { phone } = await loseResponse(service)
    const other = (await signInFrom(app, abroad, 'ada')).json<SignedIn>().device_token
    clock.advance(wait)
    const late = await refreshAt(app, home, phone.refresh_token, deviceTokenOf(phone.device_token, other))
    t.strictSame(summaryOf(late), invalidGrant, what)
    t.match(eventsIn(lines), [{ event: 'refresh_token_reused' }])
    t.equal((await rows()).length, 1, 'the other session continues')
  }
})

t.test('without its device token, the network of the lost response suffices for ten minutes (A5)', async (t) => {
  for (const [what, address, wait, status] of [
    ['ten minutes', home, 10 * minute, 200],
    ['a millisecond more', home, 10 * minute + 1, 400],
    ['another network', abroad, minute, 400],
  ] as const) {
    const service = await openSessions(t, 'sqlite')
    const { phone } = await loseResponse(service)
    service.clock.advance(wait)
    t.equal((await refreshAt(service.app, address, phone.refresh_token)).statusCode, status, what)
  }
})

t.test('an IP address shared by all clients of an untrusted proxy is no evidence (A5, F2)', async (t) => {
  const { app, clock, signIn } = await openSessions(t, 'sqlite')
  const { refresh_token: token } = await signIn()
  const headers = { 'x-forwarded-for': home }
  const payload = { grant_type: 'refresh_token', refresh_token: token }
  const refresh = () => app.inject({ method: 'POST', url: '/auth/token', headers, payload })
  t.equal((await refresh()).statusCode, 200)
  clock.advance(minute)
  t.equal((await refresh()).statusCode, 400)
})

onBoth(
  t,
  'after three late responses within a day, even across rotations, the next counts as stolen (A5)',
  async (t, database) => {
    const service = await openSessions(t, database)
    const { app, clock } = service
    const { phone } = await loseResponse(service)
    let token = phone.refresh_token
    const refreshLate = async () => {
      clock.advance(31 * second)
      return refreshAt(app, home, token, phone.device_token)
    }
    for (let times = 0; times < 3; times++) {
      const successor = (await refreshLate()).json<SignedIn>().refresh_token
      await refreshed(t, app, successor)
      token = successor
    }
    t.strictSame(summaryOf(await refreshLate()), invalidGrant)
    t.strictSame(
      (await eventsOf(service)).map(({ event }) => event),
      [...Array(3).fill('refresh_retried_late'), 'refresh_token_reused'],
    )
  },
)

t.test('late responses are possible again a day after the first (A5)', async (t) => {
  const service = await openSessions(t, 'sqlite')
  const { app, clock } = service
  const { phone } = await loseResponse(service)
  let token = phone.refresh_token
  for (let times = 0; times < 6; times++) {
    clock.advance(8 * hour)
    const late = await refreshAt(app, abroad, token, phone.device_token)
    t.equal(late.statusCode, 200, `number ${times + 1}`)
    token = late.json<SignedIn>().refresh_token
    await refreshed(t, app, token)
  }
})

onBoth(t, 'fifty simultaneous late refreshes get the same successor at most three times (A5)', async (t, database) => {
  const service = await openSessions(t, database)
  const { app, clock, rows } = service
  const { phone, successor } = await loseResponse(service)
  clock.advance(hour)
  const responses = await Promise.all(
    Array.from({ length: 50 }, () => refreshAt(app, abroad, phone.refresh_token, phone.device_token)),
  )
  const late = responses.filter(({ statusCode }) => statusCode === 200)
  t.equal(late.length, 3)
  for (const response of late) t.equal(response.json().refresh_token, successor.refresh_token)
  t.strictSame(await rows(), [])
})

t.test('REFRESH_REUSE_SECONDS=0 rejects every used token, even from the same device (A5)', async (t) => {
  const service = await openSessions(t, 'sqlite', { REFRESH_REUSE_SECONDS: '0' })
  const { phone } = await loseResponse(service)
  service.clock.advance(1)
  t.equal((await refreshAt(service.app, home, phone.refresh_token, phone.device_token)).statusCode, 400)
})

t.test('the session after a password change belongs to the same device (A5)', async (t) => {
  const service = await openSessions(t, 'sqlite')
  const { app, clock } = service
  const first = (await signInFrom(app, home, 'ada')).json<SignedIn>()
  const changed = await app.inject({
    method: 'POST',
    url: '/auth/users/me/password',
    headers: { authorization: `Bearer ${first.access_token}` },
    payload: { current_password: secretFor('ada'), new_password: secretFor('another') },
  })
  const { refresh_token: token, device_token: deviceToken } = changed.json<SignedIn>()
  await refreshed(t, app, token)
  clock.advance(hour)
  t.equal((await refreshAt(app, abroad, token, deviceToken)).statusCode, 200)
})
