import { randomUUID } from 'node:crypto'
import t from 'tap'
import { createMasterKey } from '../../src/keys/master-key.ts'
import { day, onBoth, postForm, refresh, register, signIn, type TokenResponse } from '../support/build.ts'
import { alphabet, masterKey } from '../support/forged-tokens.ts'
import {
  eventsIn,
  isRefused,
  openSessions,
  refreshed,
  tokensOfService,
  tokensOfStranger,
} from '../support/refreshing.ts'

const prefix = 'rt_'

/** Length in bytes of version, session id and generation, which precede the MAC. */
const contentLength = 1 + 16 + 4

const bytesOf = (token: string) => Buffer.from(token.slice(prefix.length), 'base64url')
const tokenOf = (...parts: Buffer[]) => prefix + Buffer.concat(parts).toString('base64url')

t.test('a token forged for a live session does not affect it (S14)', async (t) => {
  const { app, lines, row, rows, signIn: signInAda } = await openSessions(t, 'sqlite')
  const { access_token: access, refresh_token: used } = await signInAda()
  const { refresh_token: token } = await refreshed(t, app, used)
  const session = await row()
  await register(app, 'eve')
  const eve = (await signIn(app, 'eve')).json<TokenResponse>()
  const before = await rows()

  const bytes = bytesOf(token)
  const [content, mac] = [bytes.subarray(0, contentLength), bytes.subarray(contentLength)]
  const generations = [0, 1, 2, 1000, 2 ** 32 - 1]
  await isRefused(t, app, {
    'without a MAC': tokenOf(content),
    'with an empty MAC': tokenOf(content, Buffer.alloc(32)),
    'with half of the MAC': tokenOf(content, mac.subarray(0, 16)),
    'with the MAC of another session': tokenOf(content, bytesOf(eve.refresh_token).subarray(contentLength)),
    'with the MAC of another generation': tokenOf(content, bytesOf(used).subarray(contentLength)),
    'of another session, with the MAC of this one': tokenOf(bytesOf(eve.refresh_token).subarray(0, contentLength), mac),
    ...Object.fromEntries(
      generations.flatMap((generation) => [
        [`generation ${generation}, under another master key`, tokensOfStranger.issue({ ...session, generation })],
        [
          `generation ${generation}, with another nonce`,
          tokensOfService.issue({ ...session, generation, nonce: eve.refresh_token }),
        ],
        [`generation ${generation}, without a nonce`, tokensOfService.issue({ ...session, generation, nonce: '' })],
      ]),
    ),
    'of an unknown session': tokensOfService.issue({ ...session, id: randomUUID() }),
    'the access token': access,
    [`the access token as ${prefix}`]: prefix + access,
  })
  t.strictSame(await rows(), before)
  t.strictSame(eventsIn(lines), [])
  t.notMatch(lines.join(''), /"level":[456]0/, 'no alarm')
  await refreshed(t, app, token)
})

t.test('no bit of a refresh token can be changed', async (t) => {
  const { app, lines, rows, signIn } = await openSessions(t, 'sqlite')
  const { refresh_token: token } = await signIn()
  const before = await rows()
  const bytes = bytesOf(token)
  t.equal(bytes.length, 53)
  for (const [index, byte] of bytes.entries()) {
    const altered = Buffer.from(bytes)
    altered[index] = byte ^ (1 << (index % 8))
    await isRefused(t, app, { [`byte ${index}`]: tokenOf(altered) })
  }
  t.strictSame(await rows(), before)
  t.strictSame(eventsIn(lines), [])
  await refreshed(t, app, token)
})

t.test('a refresh token has exactly one spelling', async (t) => {
  const { app, lines, row, rows, signIn } = await openSessions(t, 'sqlite')
  const { refresh_token: token } = await signIn()
  const before = await rows()
  const bytes = bytesOf(token)
  const mac = (content: Buffer, nonce: string) =>
    createMasterKey(masterKey).mac('refresh tokens', content, Buffer.from(nonce, 'base64url'))
  const next = Buffer.concat([Buffer.of(2), bytes.subarray(1, contentLength)])
  const { nonce } = await row()
  t.strictSame(mac(bytes.subarray(0, contentLength), nonce), bytes.subarray(contentLength))
  const text = token.slice(prefix.length)
  const slack = [...alphabet]
    .map((last) => token.slice(0, -1) + last)
    .filter((other) => other !== token && bytesOf(other).equals(bytes))
  t.equal(slack.length, 3)

  await isRefused(t, app, {
    ...Object.fromEntries(slack.map((other, index) => [`the same bytes ${index}`, other])),
    'the other alphabet of base64': `${prefix}${bytes.toString('base64')}`,
    padded: `${token}=`,
    'one character shorter': token.slice(0, -1),
    'one byte shorter': tokenOf(bytes.subarray(0, -1)),
    'one character longer': `${token}A`,
    'one byte longer': tokenOf(bytes, Buffer.alloc(1)),
    'of the maximum length': token.padEnd(8192, 'A'),
    'the prefix alone': prefix,
    'without the prefix': text,
    'with the prefix twice': prefix + token,
    'another prefix': `at_${text}`,
    'the prefix in upper case': `RT_${text}`,
    'with leading white space': ` ${token}`,
    'with trailing white space': `${token}\n`,
    'with white space inside': `${token.slice(0, 20)} ${token.slice(20)}`,
    'with a dot inside': `${token.slice(0, 20)}.${token.slice(20)}`,
    'version 0': tokenOf(Buffer.of(0), bytes.subarray(1)),
    'version 2': tokenOf(Buffer.of(2), bytes.subarray(1)),
    'version 2, with a valid MAC': tokenOf(next, mac(next, nonce)),
    'other text': 'not-for-logs, and no token',
  })
  t.strictSame(await rows(), before)
  t.strictSame(eventsIn(lines), [])
  await refreshed(t, app, token)
})

onBoth(t, 'a token of an ended session is rejected without alarm, however it ended', async (t, database) => {
  const { app, clock, lines, rows, run, signIn } = await openSessions(t, database)
  const revoked = await signIn()
  const other = await refreshed(t, app, revoked.refresh_token)
  t.equal((await postForm(app, '/auth/revoke', { token: other.refresh_token })).statusCode, 200)
  const removed = await signIn()
  await run('delete from sessions')
  await isRefused(t, app, {
    'signed out': other.refresh_token,
    'its predecessor': revoked.refresh_token,
    removed: removed.refresh_token,
  })

  const old = await signIn()
  await run("update sessions set nonce = ''")
  const [{ id, generation } = { id: '', generation: 0 }] = await rows()
  await isRefused(t, app, {
    'of a session from before refresh tokens existed': tokensOfService.issue({ id, generation, nonce: '' }),
  })
  t.equal((await rows()).length, 1)
  await run('delete from sessions')

  const expired = await signIn()
  const last = await refreshed(t, app, expired.refresh_token)
  clock.advance(14 * day)
  await isRefused(t, app, {
    expired: last.refresh_token,
    'one generation behind': expired.refresh_token,
    'of another session': old.refresh_token,
  })
  t.strictSame(eventsIn(lines), [])
})

t.test('a refresh with a missing or malformed token is an invalid request', async (t) => {
  const { app } = await openSessions(t, 'sqlite')
  for (const token of ['', 'rt_'.padEnd(8193, 'A'), 'rt_\0']) {
    const response = await refresh(app, token)
    t.equal(response.statusCode, 400)
    t.match(response.json(), { error: 'invalid_request', errors: [{ path: '/refresh_token' }] })
  }
})
