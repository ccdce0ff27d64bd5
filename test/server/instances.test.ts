// @lane processes
import argon2 from 'argon2'
import t, { type Test } from 'tap'
import { createPostgresDatabase, query, secretFor } from '../support/build.ts'
import { registerAt, start } from '../support/spawn.ts'
import { abroad, addressOf, elsewhere, home, usualLimits, type SignedIn } from '../support/throttling.ts'

const hundred = Array.from({ length: 100 }, (_, index) => index)

t.test(
  'of a hundred wrong passwords at once over three processes and one PostgreSQL five are looked at, and ' +
    'just these are counted (S7)',
  async (t) => {
    const { urlOf, tried, rows } = await startThree(t)
    await registerAt(urlOf(0), 'ada')
    await rows('delete from throttles')
    for (const name of ['ada', 'nobody']) {
      const answers = await Promise.all(hundred.map((index) => tried(index, name === 'ada' ? abroad : elsewhere, name)))
      t.equal(answers.filter(({ status }) => status === 401).length, 5)
      const others = answers.filter(({ status }) => status !== 401)
      t.strictSame(new Set(others.map(({ status, retryAfter }) => `${status} ${retryAfter}`)), new Set(['429 1']))
    }
    t.strictSame(await rows('select count from throttles where count > 0'), Array(10).fill({ count: 5 }))
    t.equal((await rows("select id from events where event = 'sign_in_failed'")).length, 10)
  },
)

t.test(
  'what strangers try at one process holds up nobody who is known at another, and what they shut is shut at each (S12)',
  async (t) => {
    const { urlOf, tried, rows } = await startThree(t)
    await registerAt(urlOf(0), 'ada')
    const right = { password: secretFor('ada') }
    const {
      body: { device_token: deviceToken },
    } = await tried(0, home, 'ada', right)
    for (let round = 0; round < 5; round++) await Promise.all(hundred.map((index) => tried(index, abroad, 'ada')))
    await Promise.all(hundred.slice(0, 95).map((index) => tried(index, addressOf(index), 'ada')))
    t.match(await rows('select count from throttles where count >= 100'), [{ count: 100 }])
    for (const index of [0, 1, 2]) {
      t.equal((await tried(index, elsewhere, 'ada', right)).status, 401, 'shut to strangers')
      t.equal((await tried(index, home, 'ada', right)).status, 200, 'open at home')
      t.equal(
        (await tried(index, addressOf(200 + index), 'ada', { ...right, device_token: deviceToken })).status,
        200,
        'open with the device',
      )
    }
    t.equal((await rows("select id from events where event = 'account_locked'")).length, 1)
  },
)

t.test(
  'killed while a password is looked at, an instance leaves the attempt counted, and holds up nobody',
  async (t) => {
    const { services, urlOf, tried, rows } = await startThree(t)
    await registerAt(urlOf(0), 'ada')
    const [own] = await rows('select password_hash from users')
    const heavy = await argon2.hash(secretFor('ada'), { memoryCost: 65536, timeCost: 1 })
    await rows(`update users set password_hash = '${heavy.replace('t=1', 't=100')}'`)
    await rows('delete from throttles')
    const answer = tried(0, home, 'ada')
    answer.catch(() => {})
    while ((await rows('select key from throttles where count = 1')).length < 5);
    services[0]?.kill('SIGKILL')
    await t.rejects(answer)
    await rows(`update users set password_hash = '${String(own?.password_hash)}'`)
    t.equal((await rows('select key from throttles where count = 1')).length, 5, 'one that nobody has looked at')
    for (let time = 0; time < 4; time++) t.equal((await tried(1, home, 'ada')).status, 401)
    t.equal((await tried(2, home, 'ada')).status, 429, 'is one that is not free any more')
    t.equal((await tried(1, abroad, 'ada', { password: secretFor('ada') })).status, 200)
  },
)

/** Three processes whose clock stands still, so that no pause is over while they are asked. */
async function startThree(t: Test) {
  const DATABASE_URL = await createPostgresDatabase(t)
  const environment = {
    ...usualLimits,
    DATABASE_URL,
    MASTER_KEY: secretFor('master key'),
    TRUST_PROXY: '127.0.0.1',
    HASH_QUEUE_MS: '60000',
    NODE_OPTIONS: `--import=data:text/javascript,Date.now=()=>${Date.now()}`,
  }
  const services = await Promise.all([0, 1, 2].map(() => start(t, { environment })))
  const urls = await Promise.all(services.map(async ({ ready }) => (await ready()).url))
  const urlOf = (index: number) => urls[index % 3] ?? ''
  return {
    services,
    urlOf,
    rows: (statement: string) => query(DATABASE_URL, statement),
    /** Somebody signs in from somewhere, at one of the three. */
    async tried(index: number, address: string, username: string, more: Record<string, string> = {}) {
      const response = await fetch(`${urlOf(index)}/auth/token`, {
        method: 'POST',
        headers: { 'x-forwarded-for': address },
        body: new URLSearchParams({ username, password: secretFor('wrong'), ...more }),
      })
      const body: SignedIn = JSON.parse(await response.text())
      return { status: response.status, retryAfter: response.headers.get('retry-after'), body }
    },
  }
}
