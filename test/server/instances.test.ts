// @lane processes
/* Three processes over one PostgreSQL. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import argon2 from 'argon2'
import t, { type Test } from 'tap'
import { createPostgresDatabase, query, secretFor, type TokenResponse } from '../support/build.ts'
import { createPasskey, passkeyGrant, type Options } from '../support/authenticator.ts'
import { codeAt, mfaGrant, step } from '../support/factors.ts'
import { getMeAt, refreshAt, registerAt, signInAt, start } from '../support/spawn.ts'
import { abroad, addressOf, elsewhere, home, usualLimits, type SignedIn } from '../support/throttling.ts'

const hundred = Array.from({ length: 100 }, (_, index) => index)
const fifty = hundred.slice(0, 50)

t.test('three processes over one PostgreSQL', async (t) => {
  const { services, time, urlOf, signInFrom, rows } = await startThree(t)
  t.beforeEach(() => rows('delete from throttles'))

  t.test('create one administrator when they start at the same time, as all give the same link', async (t) => {
    const tokens = await Promise.all(services.map(({ folder }) => invitationIn(folder)))
    t.match(tokens[0], /^inv_/)
    t.strictSame(tokens, Array(3).fill(tokens[0]))
    // Each uses its own username, because a name in use would be rejected first, with 409.
    const answers = await Promise.all(
      tokens.map((token, index) => accept(urlOf(index), token, `administrator ${index + 1}`)),
    )
    t.strictSame(answers.map(({ status }) => status).sort(), [201, 400, 400])
  })

  t.test('give the same successor to fifty simultaneous refreshes (S1)', async (t) => {
    await registerAt(urlOf(0), 'bob')
    let { refresh_token: token }: TokenResponse = JSON.parse(await (await signInAt(urlOf(1), 'bob')).text())
    for (const generation of [1, 2, 3]) {
      const answers = await Promise.all(
        fifty.map(async (index) => {
          const response = await refreshAt(urlOf(index), token)
          const { access_token, refresh_token }: TokenResponse = JSON.parse(await response.text())
          return { status: response.status, access_token, refresh_token }
        }),
      )
      t.strictSame(new Set(answers.map(({ status }) => status)), new Set([200]))
      const [successor = '', ...others] = new Set(answers.map(({ refresh_token }) => refresh_token))
      t.strictSame(others, [])
      t.not(successor, token)
      t.match(await rows('select cast(generation as integer) as generation from sessions'), [{ generation }])
      const statuses = answers
        .slice(0, 3)
        .map(async ({ access_token: token }, index) => (await getMeAt(urlOf(index + 1), token)).status)
      t.strictSame(await Promise.all(statuses), [200, 200, 200], 'each accepts the tokens of another')
      token = successor
    }
    t.notMatch(services.map(({ output }) => output.stdout.join('')).join(''), /security event|"level":[56]0/)
  })

  t.test('verify and count exactly five of a hundred simultaneous wrong passwords (S7)', async (t) => {
    await registerAt(urlOf(0), 'ada')
    await rows('delete from throttles')
    for (const name of ['ada', 'unknown']) {
      const answers = await Promise.all(
        hundred.map((index) => signInFrom(index, name === 'ada' ? abroad : elsewhere, name)),
      )
      t.equal(answers.filter(({ status }) => status === 401).length, 5)
      const others = answers.filter(({ status }) => status !== 401)
      t.strictSame(new Set(others.map(({ status, retryAfter }) => `${status} ${retryAfter}`)), new Set(['429 1']))
    }
    t.strictSame(await rows('select count from throttles where count > 0'), Array(10).fill({ count: 5 }))
    t.equal((await rows("select id from events where event = 'sign_in_failed'")).length, 10)
  })

  t.test(
    'delay no known user because of guesses at another process, and lock strangers out of all (S12)',
    async (t) => {
      await registerAt(urlOf(0), 'carol')
      const right = { password: secretFor('carol') }
      const { body } = await signInFrom(0, home, 'carol', right)
      const onDevice = { ...right, device_token: body.device_token }
      for (let round = 0; round < 5; round++) {
        await Promise.all(hundred.map((index) => signInFrom(index, abroad, 'carol')))
      }
      await Promise.all(hundred.slice(0, 95).map((index) => signInFrom(index, addressOf(index), 'carol')))
      t.match(await rows('select count from throttles where count >= 100'), [{ count: 100 }])
      for (const index of [0, 1, 2]) {
        t.equal((await signInFrom(index, elsewhere, 'carol', right)).status, 401, 'locked to strangers')
        t.equal((await signInFrom(index, home, 'carol', right)).status, 200, 'unlocked at home')
        t.equal(
          (await signInFrom(index, addressOf(200 + index), 'carol', onDevice)).status,
          200,
          'unlocked with the device token',
        )
      }
      t.equal((await rows("select id from events where event = 'account_locked'")).length, 1)
    },
  )

  t.test('accept one of fifty simultaneous uses of a code, a recovery code or a token (T1)', async (t) => {
    const { secret, codes } = await enrolledAt(urlOf(0), 'erin', time - step)
    const password = secretFor('erin')
    const statusesOf = async (formOf: (index: number) => Record<string, string>) => {
      const answers = await Promise.all(
        fifty.map((index) => signInFrom(index, addressOf(index), 'erin', { password, ...formOf(index) })),
      )
      return answers.map(({ status }) => status).sort()
    }
    const oneOfFifty = [200, ...Array(49).fill(400)]
    t.strictSame(await statusesOf(() => ({ otp: codeAt(secret, time) })), oneOfFifty)
    t.strictSame(await statusesOf(() => ({ otp: codes[0] ?? '' })), oneOfFifty)
    const { mfa_token } = JSON.parse(await (await signInAt(urlOf(2), 'erin')).text())
    const otps = [codeAt(secret, time + step), ...codes.slice(1)]
    t.strictSame(
      await statusesOf((index) => ({ grant_type: mfaGrant, mfa_token, otp: otps[index % otps.length] ?? '' })),
      oneOfFifty,
    )
  })

  t.test('accept one of fifty simultaneous uses of a passkey challenge (T1)', async (t) => {
    await registerAt(urlOf(0), 'alan')
    const { access_token: token }: TokenResponse = JSON.parse(await (await signInAt(urlOf(1), 'alan')).text())
    const post = async (index: number, path: string, body: object) =>
      fetch(`${urlOf(index)}/auth${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const creation: Options = JSON.parse(await (await post(0, '/users/me/passkeys/options', {})).text())
    const passkey = createPasskey(creation)
    const add = fifty.map(
      async (index) => (await post(index, '/users/me/passkeys', { credential: passkey.credential })).status,
    )
    t.strictSame((await Promise.all(add)).toSorted(), [201, ...Array(49).fill(400)])
    const request: Options = JSON.parse(
      await (await fetch(`${urlOf(2)}/auth/passkey/options`, { method: 'POST' })).text(),
    )
    const credential = JSON.stringify(passkey.use(request))
    const use = fifty.map(
      async (index) =>
        (await signInFrom(index, addressOf(index), 'alan', { grant_type: passkeyGrant, credential })).status,
    )
    t.strictSame((await Promise.all(use)).toSorted(), [200, ...Array(49).fill(400)])
  })

  t.test('keep an attempt counted, and delay no others, when one is killed while it verifies a password', async (t) => {
    await registerAt(urlOf(0), 'dave')
    const [own] = await rows("select password_hash from users where username = 'dave'")
    const heavy = await argon2.hash(secretFor('dave'), { memoryCost: 65536, timeCost: 1 })
    const setHash = (hash: string) => rows(`update users set password_hash = '${hash}' where username = 'dave'`)
    await setHash(heavy.replace('t=1', 't=100'))
    await rows('delete from throttles')
    const answer = signInFrom(0, home, 'dave')
    answer.catch(() => {})
    // Another process offers no event to wait for, so the committed attempt is polled.
    while ((await rows('select key from throttles where count = 1')).length < 5);
    services[0].kill('SIGKILL')
    await t.rejects(answer)
    await setHash(String(own?.password_hash))
    t.equal((await rows('select key from throttles where count = 1')).length, 5, 'the attempt is still counted')
    for (let time = 0; time < 4; time++) t.equal((await signInFrom(1, home, 'dave')).status, 401)
    t.equal((await signInFrom(2, home, 'dave')).status, 429, 'it is the fifth attempt')
    t.equal((await signInFrom(1, abroad, 'dave', { password: secretFor('dave') })).status, 200)
  })

  t.test('accept no code again whose sign-in was stored when a process was killed (T2)', async (t) => {
    const names = ['fay', 'gus', 'hal', 'ivy', 'jim', 'kay']
    const secrets = new Map<string, string>()
    for (const name of names) secrets.set(name, (await enrolledAt(urlOf(2), name, time - step)).secret)
    const sessionsOf = async (username: string) => {
      const ofUser = `user_id = (select id from users where username = '${username}')`
      return (await rows(`select id from sessions where ${ofUser}`)).length
    }
    const signInAll = (index: number) =>
      names.map(async (name) => {
        const form = { password: secretFor(name), otp: codeAt(secrets.get(name) ?? '', time) }
        return (await signInFrom(index, home, name, form)).status
      })
    const killed = signInAll(1)
    await Promise.any(killed)
    services[1].kill('SIGKILL')
    await Promise.allSettled(killed)
    const isStored = await Promise.all(names.map(async (name) => (await sessionsOf(name)) === 2))
    t.ok(isStored.includes(true))
    const again = await Promise.all(signInAll(2))
    t.strictSame(
      again,
      isStored.map((stored) => (stored ? 400 : 200)),
      'a code is used up if its session has started, and only then',
    )
  })
})

/** Registers a user and adds an authenticator app, whose code of this time is used up. */
async function enrolledAt(url: string, username: string, time: number) {
  await registerAt(url, username)
  const { access_token: token }: TokenResponse = JSON.parse(await (await signInAt(url, username)).text())
  const own = async <Body>(path: string, body: object): Promise<Body> => {
    const response = await fetch(`${url}/auth/users/me${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return JSON.parse(await response.text())
  }
  const { id, secret } = await own<{ id: string; secret: string }>('/totp', { name: 'Phone' })
  const { recovery_codes: codes } = await own<{ recovery_codes: string[] }>(`/totp/${id}/confirm`, {
    otp: codeAt(secret, time),
  })
  return { secret, codes }
}

/** Three processes whose clock stands still, so that no pause ends during a test. */
async function startThree(t: Test) {
  const DATABASE_URL = await createPostgresDatabase(t)
  const time = Date.now()
  const environment = {
    ...usualLimits,
    DATABASE_URL,
    MASTER_KEY: secretFor('master key'),
    RP_ORIGINS: 'http://localhost:3000',
    TRUST_PROXY: '127.0.0.1',
    HASH_QUEUE_MS: '60000',
    NODE_OPTIONS: `--import=data:text/javascript,Date.now=()=>${time}`,
  }
  const services = await Promise.all([start(t, { environment }), start(t, { environment }), start(t, { environment })])
  const urls = await Promise.all(services.map(async ({ ready }) => (await ready()).url))
  const urlOf = (index: number) => urls[index % 3] ?? ''
  return {
    services,
    time,
    urlOf,
    rows: (statement: string) => query(DATABASE_URL, statement),
    /** Signs in at one of the three, by default with a wrong password. */
    async signInFrom(index: number, address: string, username: string, more: Record<string, string> = {}) {
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

async function invitationIn(folder: string) {
  const text = await readFile(join(folder, 'data/first-administrator.txt'), 'utf8')
  return /#(inv_\S+)$/m.exec(text)?.[1] ?? ''
}

function accept(url: string, token: string, username: string) {
  return fetch(`${url}/auth/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, username, password: secretFor('administrator') }),
  })
}
