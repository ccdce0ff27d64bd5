import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { build, hour, minute, onBoth } from '../support/build.ts'
import {
  type Ceremony,
  challenged,
  continueWithPasskey,
  createPasskey,
  type Options,
  passkeyGrant,
  passkeyOptions,
  postPasskey,
  signInWithPasskey,
  type UsedPasskey,
  withPasskey,
} from '../support/authenticator.ts'
import { deep, form } from '../support/bad-requests.ts'
import { asUser, continueWith, mfaGrant, outcomeOf } from '../support/factors.ts'
import { buildGuarded } from '../support/throttling.ts'

type UserWithPasskey = Awaited<ReturnType<typeof withPasskey>>

/** A challenge, and what the answer to it is sent to. */
interface Request {
  options: Options
  send: (credential: object) => Promise<{ statusCode: number; body: string }>
}

/** Requests options for each use of a passkey. */
async function usesOf(app: FastifyInstance, { username, accessToken }: UserWithPasskey) {
  const { mfa_token: mfaToken, passkey_options: options } = await challenged(app, username)
  return {
    'a sign-in': {
      options: await passkeyOptions(app),
      send: async (credential: object) => postPasskey(app, credential),
    },
    'a second factor': { options, send: async (credential: object) => continueWithPasskey(app, mfaToken, credential) },
    'a reauthentication': {
      options: await passkeyOptions(app, accessToken),
      send: async (credential: object) => asUser(app, accessToken, 'POST', '/reauthenticate', { credential }),
    },
  } satisfies Record<string, Request>
}

async function registrationOf(app: FastifyInstance, token: string): Promise<Request> {
  const options = (await asUser(app, token, 'POST', '/passkeys/options')).json<Options>()
  return { options, send: async (credential) => asUser(app, token, 'POST', '/passkeys', { credential }) }
}

/** The faults of a browser, an authenticator or their user, at a service on http://localhost:3000. */
const faults: Record<string, Ceremony> = {
  'another site': { origin: 'https://localhost.evil.test' },
  'another scheme': { origin: 'https://localhost:3000' },
  'another port': { origin: 'http://localhost:3001' },
  'no port': { origin: 'http://localhost' },
  'a path': { origin: 'http://localhost:3000/' },
  'a longer host': { origin: 'http://localhost:3000.evil.test' },
  'a dot after the host': { origin: 'http://localhost.:3000' },
  'upper case': { origin: 'HTTP://LOCALHOST:3000' },
  'an opaque origin': { origin: 'null' },
  'a subdomain that is not listed': { origin: 'http://app.localhost:3000' },
  'a frame': { crossOrigin: true },
  'another RP ID': { rpId: 'example.com' },
  'a subdomain as the RP ID': { rpId: 'app.localhost' },
  'another ceremony': { type: 'webauthn.something' },
  'no user presence': { isPresent: false },
  'a passkey that is synchronized, but cannot be': { isBackupEligible: false, isBackedUp: true },
}

t.test('a passkey with a fault is rejected, and the challenge stays usable (T7)', async (t) => {
  const { app } = await build(t)
  const ada = await withPasskey(app, 'ada')
  const { passkey } = ada
  const stranger = createPasskey({ challenge: '' })
  const changes: Record<string, (good: UsedPasskey, options: Options) => object> = {
    'the signature of another key': (good, options) => ({
      ...good,
      response: { ...good.response, signature: stranger.use(options).response.signature },
    }),
    'an empty signature': (good) => ({ ...good, response: { ...good.response, signature: '' } }),
    'data that was not signed': (good) => {
      const data = Buffer.from(good.response.authenticatorData, 'base64url')
      const counter = data.subarray(33, 37)
      counter.writeUInt32BE(counter.readUInt32BE() + 1)
      return { ...good, response: { ...good.response, authenticatorData: data.toString('base64url') } }
    },
    'truncated data': (good) => ({ ...good, response: { ...good.response, authenticatorData: 'SZYN' } }),
    'client data that is no JSON': (good) => ({ ...good, response: { ...good.response, clientDataJSON: 'AAAA' } }),
    'two ids': (good) => ({ ...good, rawId: `${good.id}A` }),
    'another type': (good) => ({ ...good, type: 'password' }),
    'an unknown id': (good) => ({ ...good, id: 'AAAA', rawId: 'AAAA' }),
    'no id': (good) => ({ ...good, id: '', rawId: '' }),
  }
  const useFaults: Record<string, Ceremony> = {
    ...faults,
    'the ceremony of a registration': { type: 'webauthn.create' },
    'a passkey that was synchronized and now cannot be': { isBackupEligible: false, isBackedUp: false },
    'another user': { userHandle: Buffer.from('019ab0c4-5b0f-7a8b-9c5d-1e2f3a4b5c6d').toString('base64url') },
    'an empty user': { userHandle: '' },
  }
  for (const [use, { options, send }] of Object.entries(await usesOf(app, ada))) {
    for (const [fault, how] of Object.entries(useFaults)) {
      t.equal(outcomeOf(await send(passkey.use(options, how))), '400 invalid_passkey', `${use}: ${fault}`)
    }
    for (const [fault, change] of Object.entries(changes)) {
      t.equal(outcomeOf(await send(change(passkey.use(options), options))), '400 invalid_passkey', `${use}: ${fault}`)
    }
    t.equal(outcomeOf(await send(passkey.use(options))), '200', use)
  }

  const detailOf = async (how: Ceremony) =>
    (await signInWithPasskey(app, passkey, how)).json<{ detail: string }>().detail
  t.match(await detailOf({ origin: 'https://evil.test' }), /RP_ORIGINS/)
  t.match(await detailOf({ crossOrigin: true }), /frame/)
  t.match(await detailOf({ isVerified: false }), /fingerprint/)
  const response = await signInWithPasskey(app, passkey, { rpId: 'evil.test' })
  t.match(response.json(), { error: 'invalid_grant', errors: [{ path: '/credential', message: 'was rejected' }] })
})

t.test('a new passkey with a fault is rejected, and the challenge stays usable (T7)', async (t) => {
  const { app } = await build(t)
  const ada = await withPasskey(app, 'ada')
  const eve = await withPasskey(app, 'eve')
  const { options, send } = await registrationOf(app, ada.accessToken)
  const registrationFaults: Record<string, Ceremony> = {
    ...faults,
    'the ceremony of a sign-in': { type: 'webauthn.get' },
    'no id': { id: Buffer.alloc(0) },
    'the id of their own passkey': { id: Buffer.from(ada.passkey.id, 'base64url') },
    'the id of a passkey of another user': { id: Buffer.from(eve.passkey.id, 'base64url') },
  }
  for (const [fault, how] of Object.entries(registrationFaults)) {
    const response = await send(createPasskey(options, how).credential)
    t.equal(outcomeOf(response), '400 invalid_passkey', fault)
    t.notMatch(response.body, /eve/)
  }
  const good = createPasskey(options).credential
  const { credential: long } = createPasskey(options, { id: Buffer.alloc(1024, 1) })
  t.equal(outcomeOf(await send(long)), '400 invalid_request', 'an id that is too long')
  t.equal(outcomeOf(await send({ ...long, id: 'AAAA', rawId: 'AAAA' })), '400 invalid_passkey', 'also inside')
  const objects = [
    ...['', 'AAAA', good.response.clientDataJSON, good.response.attestationObject.slice(0, -20)],
    // CBOR: {}, [], and the keys with other types.
    ...['oA', 'gA', 'o2NmbXQBZ2F0dFN0bXQBaGF1dGhEYXRhAQ'],
  ]
  for (const attestationObject of objects) {
    const response = await send({ ...good, response: { ...good.response, attestationObject } })
    t.equal(outcomeOf(response), '400 invalid_passkey', attestationObject)
  }
  const attestation = { format: 'fido-u2f', statement: new Map([['x5c', 'rubbish']]) }
  t.equal(outcomeOf(await send(createPasskey(options, { attestation }).credential)), '201', 'attestation is ignored')
  t.equal(outcomeOf(await signInWithPasskey(app, eve.passkey)), '200', 'the passkey of the other user is unchanged')
})

t.test('a challenge is good for one purpose and one user (J11)', async (t) => {
  const { app } = await build(t)
  const [ada, eve] = [await withPasskey(app, 'ada'), await withPasskey(app, 'eve')]
  const [own, other] = [await usesOf(app, ada), await usesOf(app, eve)]
  const second = (await usesOf(app, ada))['a second factor']
  const registration = await registrationOf(app, ada.accessToken)
  const foreign = await registrationOf(app, eve.accessToken)
  const all: Request[] = [...Object.values(own), ...Object.values(other), second, registration, foreign]
  const wrong = [
    ...['', 'AAAA', 'AQ', registration.options.challenge.slice(0, -4), `${registration.options.challenge}AAAA`],
    (await challenged(app, 'ada')).mfa_token,
  ]
  for (const [use, { options, send }] of Object.entries(own)) {
    const others = all.map((one) => one.options.challenge).filter((challenge) => challenge !== options.challenge)
    // A sign-in names no user, so that its challenges are good for all.
    const tried = others.filter((challenge) => use !== 'a sign-in' || challenge !== other[use].options.challenge)
    for (const challenge of [...tried, ...wrong]) {
      const response = await send(ada.passkey.use({ ...options, challenge }))
      t.match([outcomeOf(response), response.body], ['400 invalid_passkey', /has expired/], `${use}: ${challenge}`)
    }
  }
  for (const { options } of all.filter((one) => one !== registration)) {
    const { credential } = createPasskey({ ...registration.options, challenge: options.challenge })
    t.equal(outcomeOf(await registration.send(credential)), '400 invalid_passkey')
  }
  const { challenge } = own['a sign-in'].options
  t.equal(outcomeOf(await continueWith(app, challenge, '123456')), '400 invalid_mfa_token')
  for (const { options, send } of Object.values(own)) {
    t.equal(outcomeOf(await send(ada.passkey.use(options))), '200')
  }
  t.equal(outcomeOf(await registration.send(createPasskey(registration.options).credential)), '201')
})

t.test('a passkey of another user proves nothing (S16)', async (t) => {
  const { app } = await build(t)
  const [ada, eve] = [await withPasskey(app, 'ada'), await withPasskey(app, 'eve')]
  const uses = await usesOf(app, ada)
  const adasHandle = ada.passkey.use({ challenge: '' }).response.userHandle
  for (const use of ['a second factor', 'a reauthentication'] as const) {
    const { options, send } = uses[use]
    for (const userHandle of [undefined, adasHandle, eve.passkey.use(options).response.userHandle]) {
      const used = eve.passkey.use(options, { userHandle })
      t.equal(outcomeOf(await send(used)), '400 invalid_passkey', use)
      const asAda = { ...used, id: ada.passkey.id, rawId: ada.passkey.id }
      t.equal(outcomeOf(await send(asAda)), '400 invalid_passkey', `${use}, under the id of ada`)
    }
  }
  const { options, send } = uses['a sign-in']
  for (const userHandle of [undefined, adasHandle]) {
    t.equal(outcomeOf(await send(eve.passkey.use(options, { userHandle }))), '400 invalid_passkey', 'a sign-in')
  }
  t.equal(outcomeOf(await send(ada.passkey.use(options, { userHandle: undefined }))), '400 invalid_passkey')

  const { mfa_token: evesToken, passkey_options: evesOptions } = await challenged(app, 'eve')
  for (const request of [evesOptions, uses['a second factor'].options]) {
    const response = await continueWithPasskey(app, evesToken, ada.passkey.use(request))
    t.equal(outcomeOf(response), '400 invalid_passkey', 'the token of another user')
  }

  const url = `/passkeys/${ada.passkeyId}`
  t.equal(outcomeOf(await asUser(app, eve.accessToken, 'PATCH', url, { name: 'x' })), '404 not_found')
  t.equal(outcomeOf(await asUser(app, eve.accessToken, 'DELETE', url)), '404 not_found')
  const registration = await registrationOf(app, ada.accessToken)
  const { credential } = createPasskey(registration.options)
  t.equal(outcomeOf(await asUser(app, eve.accessToken, 'POST', '/passkeys', { credential })), '400 invalid_passkey')
  const fields = { user_id: 'x', public_key: 'AA', counter: 0, backed_up: true, authenticator: 'x', id: 'x' }
  for (const [field, value] of Object.entries(fields)) {
    const body = { credential, name: 'x', [field]: value }
    t.match((await asUser(app, ada.accessToken, 'POST', '/passkeys', body)).json(), {
      code: 'invalid_request',
      errors: [{ path: `/${field}` }],
    })
    const change = { name: 'x', [field]: value }
    t.equal(outcomeOf(await asUser(app, ada.accessToken, 'PATCH', url, change)), '400 invalid_request', `${field} (S9)`)
  }
  t.equal(outcomeOf(await registration.send(credential)), '201')
})

onBoth(t, 'a challenge works once, and for five minutes, whatever the clock does', async (t, database) => {
  const { app, clock } = await build(t, { database })
  const ada = await withPasskey(app, 'ada')
  const [first, second, replayed] = [await usesOf(app, ada), await usesOf(app, ada), await usesOf(app, ada)]
  const registration = await registrationOf(app, ada.accessToken)
  const ends = async (uses: typeof first) => {
    const outcomes = []
    for (const { options, send } of Object.values(uses)) outcomes.push(outcomeOf(await send(ada.passkey.use(options))))
    return outcomes
  }
  t.strictSame(await ends(replayed), Array(3).fill('200'))
  t.strictSame(await ends(replayed), Array(3).fill('400 invalid_passkey'), 'each works once')
  clock.advance(5 * minute - 1)
  t.strictSame(await ends(first), Array(3).fill('200'))
  clock.advance(1)
  const expired = ['400 invalid_passkey', '400 invalid_mfa_token', '400 invalid_passkey']
  t.strictSame(await ends(second), expired)
  const { credential } = createPasskey(registration.options)
  t.equal(outcomeOf(await registration.send(credential)), '400 invalid_passkey')

  const last = await usesOf(app, ada)
  clock.advance(-hour)
  t.equal((await ends(last))[0], '400 invalid_passkey', 'issued in the future')
  clock.advance(hour)
  t.equal((await ends(last))[0], '200')
})

onBoth(t, 'a passkey whose counter does not increase was copied (T7)', async (t, database) => {
  const { app, clock, events, people } = await buildGuarded(t, database, { SIGN_IN_ATTEMPTS: '100' })
  await people()
  const { passkey, passkeyId } = await withPasskey(app, 'ada', {
    counter: 3,
    isBackupEligible: false,
    isBackedUp: false,
  })
  const use = async (counter: number) => outcomeOf(await signInWithPasskey(app, passkey, { counter }))
  t.equal(await use(4), '200')
  for (const counter of [4, 3, 0]) t.equal(await use(counter), '400 invalid_passkey', String(counter))
  const copied = await signInWithPasskey(app, passkey, { counter: 1 })
  t.match(copied.json(), { detail: /copied/ })
  t.match(await events('passkey_copied'), Array(4).fill({ address: '127.0.0.1', details: { factor_id: passkeyId } }))
  clock.advance(1)
  t.equal(await use(5), '200', 'the owner is not locked out')

  const requests = await Promise.all(Array.from({ length: 10 }, () => passkeyOptions(app)))
  const outcomes = await Promise.all(
    requests.map((options, index) => postPasskey(app, passkey.use(options, { counter: 20 - index }))),
  )
  t.ok(outcomes.some(({ statusCode }) => statusCode === 200))
  t.equal(await use(19), '400 invalid_passkey', 'the highest counter wins, whatever the order')
  t.equal(await use(21), '200')

  const other = await withPasskey(app, 'grace')
  for (const counter of [0, 0, 7]) {
    t.equal(outcomeOf(await signInWithPasskey(app, other.passkey, { counter })), '200', 'most do not count')
  }
  t.equal(outcomeOf(await signInWithPasskey(app, other.passkey, { counter: 0 })), '400 invalid_passkey')
})

t.test('user verification is needed where the passkey is the only factor, and counted where it happened', async (t) => {
  const { app } = await build(t)
  const ada = await withPasskey(app, 'ada')
  const { 'a sign-in': alone, 'a second factor': second } = await usesOf(app, ada)
  t.equal(outcomeOf(await alone.send(ada.passkey.use(alone.options, { isVerified: false }))), '400 invalid_passkey')
  const asSecond = ada.passkey.use(second.options, { isVerified: false })
  t.equal(outcomeOf(await alone.send(asSecond)), '400 invalid_passkey', 'an answer to the other request')
  t.equal(outcomeOf(await second.send(asSecond)), '200')
  t.equal(outcomeOf(await alone.send(ada.passkey.use(alone.options))), '200')
})

t.test('a credential in another form than that of browsers is an invalid request (F4)', async (t) => {
  const { app } = await build(t)
  const ada = await withPasskey(app, 'ada')
  const good = ada.passkey.use(await passkeyOptions(app))
  const text = JSON.stringify(good)
  const { mfa_token: token } = await challenged(app, 'ada')
  const notCredentials: [text: string, path: string][] = [
    ...['{', 'x', `${text}x`, `${text}${text}`, "{'id':1}"].map((one): [string, string] => [one, '/credential']),
    ...['1', '"x"', 'null', 'true', '[]', `[${text}]`].map((one): [string, string] => [one, '/credential']),
    ...[deep.slice(3000, 11_000), '{"a":'.repeat(1000)].map((one): [string, string] => [one, '/credential']),
    ['{}', '/credential/id'],
    ['{"__proto__":{"id":"AAAA"}}', '/credential/id'],
    ['{"constructor":{"prototype":{"id":"AAAA"}}}', '/credential/id'],
    [JSON.stringify({ ...good, id: 1 }), '/credential/id'],
    [JSON.stringify({ ...good, id: 'x'.repeat(1365) }), '/credential/id'],
    [JSON.stringify({ ...good, rawId: 'AA==' }), '/credential/rawId'],
    [JSON.stringify({ ...good, type: ['public-key'] }), '/credential/type'],
    [JSON.stringify({ ...good, response: [] }), '/credential/response'],
    [JSON.stringify({ ...good, response: {} }), '/credential/response/clientDataJSON'],
    [JSON.stringify({ ...good, response: { ...good.response, signature: 'a+/b' } }), '/credential/response/signature'],
    [JSON.stringify({ ...good, response: { ...good.response, userHandle: null } }), '/credential/response/userHandle'],
  ]
  for (const [credential, path] of notCredentials) {
    for (const grant of [{ grant_type: passkeyGrant }, { grant_type: mfaGrant, mfa_token: token }]) {
      const payload = { ...grant, credential }
      const response = await app.inject({ method: 'POST', url: '/auth/token', payload })
      t.match(
        [outcomeOf(response), response.json()],
        ['400 invalid_request', { error: 'invalid_request', errors: [{ path }] }],
        credential.slice(0, 80),
      )
    }
  }

  const grant = `grant_type=${encodeURIComponent(passkeyGrant)}`
  const value = encodeURIComponent(text)
  const forms = [
    `${grant}&credential=${value}&credential=${value}`,
    `${grant}&credential[]=${value}`,
    `${grant}&credential[id]=${value}`,
    `${grant}&credential=`,
    grant,
  ]
  for (const payload of forms) {
    const response = await app.inject({
      method: 'POST',
      url: '/auth/token',
      headers: { 'content-type': form },
      payload,
    })
    t.equal(outcomeOf(response), '400 invalid_request', payload.slice(60, 100))
    t.match(response.json().errors[0].path, /^\/credential/)
  }
  const sent = async (payload: object) => app.inject({ method: 'POST', url: '/auth/token', payload })
  for (const credential of [good, [text], null, 1]) {
    const response = await sent({ grant_type: passkeyGrant, credential })
    t.match([outcomeOf(response), response.json()], ['400 invalid_request', { errors: [{ path: '/credential' }] }])
  }
  t.equal((await sent({ grant_type: passkeyGrant, credential: 'x'.repeat(60_000) })).statusCode, 413)
  const both = await sent({ grant_type: mfaGrant, mfa_token: token, credential: text, otp: '123456' })
  t.equal(outcomeOf(both), '400 invalid_request', 'a code and a passkey')

  const more = { ...good, response: { ...good.response, attestationObject: 'AA' }, authenticatorAttachment: 'x' }
  t.equal(
    outcomeOf(await sent({ grant_type: passkeyGrant, credential: JSON.stringify(more) })),
    '200',
    'unknown fields',
  )
})
