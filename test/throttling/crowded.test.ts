import argon2 from 'argon2'
import { setImmediate } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { onBoth, register, secretFor, signIn, type DatabaseKind } from '../support/build.ts'
import { signInWithPasskey, withPasskey } from '../support/authenticator.ts'
import { postPage } from '../support/pages.ts'
import { changeAccount, changePassword, confirmEmail, deleteAccount, resetWith } from '../support/recovery.ts'
import {
  addressOf,
  buildGuarded,
  guessFrom,
  home,
  signInFrom,
  tally,
  watchHashes,
  type SignedIn,
} from '../support/throttling.ts'

t.test('while the hash queue is full, every request that needs a hash is a 503 and not counted', async (t) => {
  const { app, counts, session, begin } = await buildCrowded(t, 'sqlite')
  const { passkey } = await withPasskey(app, 'alan')
  const code = '12345678'
  const slow = await begin()
  const before = await counts()
  const responses = {
    'a sign-in': await signIn(app, 'ada'),
    'a wrong password': await guessFrom(app, home, 'ada'),
    'a sign-in of an unknown user': await signIn(app, 'nobody'),
    'an e-mail change': await changeAccount(app, session, {
      email: 'new@example.com',
      current_password: secretFor('ada'),
    }),
    'a password change': await changePassword(app, session),
    'a deletion': await deleteAccount(app, session),
    'a verification code': await confirmEmail(app, { username: 'ada', code, current_password: secretFor('ada') }),
    'a reset code': await resetWith(app, { username: 'ada', code }),
  }
  const pages = [
    await postPage(app, 'reset-password', {
      intent: 'set',
      username: 'ada',
      code,
      new_password: secretFor('another'),
    }),
    await postPage(app, 'verify-email', { intent: 'confirm', username: 'ada', code, password: secretFor('ada') }),
  ]
  const registration = await register(app, 'eve')
  const byPasskey = await signInWithPasskey(app, passkey)
  t.ok(slow.isRunning(), 'one hash was computed all the time')
  t.equal(byPasskey.statusCode, 200, 'a passkey needs no hash')
  for (const [what, { statusCode, headers, body }] of Object.entries(responses)) {
    t.equal(statusCode, 503, what)
    t.match(headers['retry-after'], /^[1-5]$/, what)
    t.match(
      JSON.parse(body),
      { code: 'temporarily_unavailable', detail: /^Too many people are signing in at once/ },
      what,
    )
  }
  t.equal(responses['a sign-in'].json().error, 'temporarily_unavailable')
  for (const { statusCode, headers, body } of pages) {
    t.match([statusCode, headers['retry-after']], [503, /^[1-5]$/])
    t.match(body, /<h1>We’ll be right back<\/h1>/)
  }
  t.equal(registration.statusCode, 503)
  t.strictSame((await counts()).slice(-before.length), before.slice(), 'only the registration was counted')

  t.equal((await slow.response).statusCode, 401)
  t.equal((await signIn(app, 'ada')).statusCode, 200)
})

onBoth(t, 'an attempt rejected by the queue is no longer counted', async (t, database) => {
  const { app, counts, events, people } = await buildGuarded(t, database, {
    HASH_QUEUE_MS: '0',
    HASH_CONCURRENCY: '1',
  })
  await people('ada', ...Array.from({ length: 4 }, (_, index) => `ada ${index}`))
  for (let round = 1; round <= 3; round++) {
    const {
      401: wrong = 0,
      503: rejected = 0,
      ...others
    } = await tally(Array.from({ length: 50 }, (_, index) => guessFrom(app, addressOf(index), `ada ${index % 4}`)))
    t.strictSame(others, {})
    t.ok(wrong > 0 && rejected > 0)
    t.equal((await events('sign_in_failed')).length, sum(await counts()) / 5, 'only hashed attempts are counted')
  }
  const guesses = await tally(Array.from({ length: 50 }, () => guessFrom(app, home, 'ada')))
  t.ok((guesses[401] ?? 0) <= 5)
  t.equal((await events('sign_in_failed')).length, sum(await counts()) / 5)
})

t.test(
  'after a client disconnects, its hash is completed, no other runs meanwhile, and the attempt counts',
  async (t) => {
    const { app, begin, counts, events } = await buildCrowded(t, 'sqlite')
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    const hashes = watchHashes(t)
    const caller = new AbortController()
    const slow = await begin((username) =>
      fetch(`${url}/auth/token`, {
        method: 'POST',
        body: new URLSearchParams({ username, password: secretFor('wrong') }),
        signal: caller.signal,
      }).then(({ status }) => ({ statusCode: status })),
    )
    caller.abort()
    await t.rejects(slow.response, { name: 'AbortError' })
    for (let time = 0; time < 20; time++) {
      const hangUp = new AbortController()
      const request = fetch(`${url}/auth/token`, {
        method: 'POST',
        body: new URLSearchParams({ username: 'ada', password: secretFor('wrong') }),
        signal: hangUp.signal,
      })
      await setImmediate()
      hangUp.abort()
      await request.catch(() => {})
    }
    t.equal((await signIn(app, 'ada')).statusCode, 503)
    t.ok(slow.isRunning())
    t.equal(hashes.begun(), 1)
    await hashes.untilIdle()
    while ((await events('sign_in_failed')).length === 0) await setImmediate()
    t.equal((await signIn(app, 'ada')).statusCode, 200)
    t.equal(hashes.mostAtOnce(), 1)
    t.match(await counts(), [1, 1, 1])
  },
)

/** A queue for one hash and no waiting. The hash of grace takes about a second. */
async function buildCrowded(t: Test, database: DatabaseKind) {
  const built = await buildGuarded(t, database, { HASH_QUEUE_MS: '0', HASH_CONCURRENCY: '1', TRUST_PROXY: '127.0.0.1' })
  const { app, change, people } = built
  await people('ada', 'grace')
  const session = (await signIn(app, 'ada')).json<SignedIn>().access_token
  const heavy = await argon2.hash(secretFor('grace'), { memoryCost: 65536, timeCost: 1 })
  await change(`update users set password_hash = '${heavy.replace('t=1', 't=25')}' where username = 'grace'`)
  const hashes = watchHashes(t)
  return {
    ...built,
    session,
    /** Starts a sign-in of grace, and waits until its hash is computed. */
    async begin(
      ask: (username: string) => Promise<{ statusCode: number }> = async (username) => signInFrom(app, home, username),
    ) {
      const before = hashes.begun()
      const response = ask('grace')
      response.catch(() => {})
      await hashes.untilBegun(before + 1)
      return { response, isRunning: () => hashes.running() === 1 }
    },
  }
}

function sum(numbers: number[]) {
  return numbers.reduce((sum, number) => sum + number, 0)
}
