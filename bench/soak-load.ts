/*
 * The load of the soak, in a separate process: people who come, use everything and delete their accounts, beside
 * residents who stay. It is an open loop: everything happens when it is due, regardless of earlier responses. It also
 * receives the e-mails of the service, because people need the links in them.
 */
import { once } from 'node:events'
import { Agent, request as sendRequest } from 'node:http'
import { buffer, text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { simpleParser } from 'mailparser'
import { Secret, TOTP } from 'otpauth'
import { SMTPServer } from 'smtp-server'
import { withTimeout } from '../src/lib/with-timeout.ts'
import { headersOfNetwork, password, type Person, registrationOf, signInForm } from './crowd.ts'
import { form, json, withHeaders } from './forms.ts'
import { introspectionOf } from './introspection.ts'
import type { WireRequest } from './wire.ts'

export interface SoakJob {
  url: string
  /** The seconds during which visitors arrive and residents are busy. Visits that have begun then continue. */
  seconds: number
  visitSeconds: number
  /** Users who stay. The first one is an administrator. */
  residents: Person[]
  /** The credentials of a client that introspects tokens. */
  credentials: string
}

export type SoakQuestion = SoakJob | { want: 'mail server' }

export interface SoakResult {
  /** The acknowledged requests. */
  answered: number
  /** Requests and visits that did not go as expected, with their number. */
  failures: Record<string, number>
  /** Visits that went as expected, up to the deletion of the account. */
  visits: number
  residentSignIns: number
  /** The time between the scheduled and the actual start of a request, at worst, in milliseconds. */
  latestMs: number
}

/** Per second and service, after the warm-up. Two services, PostgreSQL and the load use about half a core then. */
export const rates = { visits: 0.5, me: 20, introspection: 5, refreshes: 2, signIns: 1, administration: 1 }

/** At the beginning, the load is higher, which fills caches, tables and the heap up to their usual size. */
export const warmUp = { share: 1 / 3, factor: 4 }

/** The times at which something with this rate is due during a soak, in seconds from the start. */
export function timesOf(perSecond: number, seconds: number): number[] {
  const warmUpSeconds = seconds * warmUp.share
  const during = Math.floor(warmUpSeconds * perSecond * warmUp.factor)
  const after = Math.floor((seconds - warmUpSeconds) * perSecond)
  return [
    ...Array.from({ length: during }, (_, index) => index / (perSecond * warmUp.factor)),
    ...Array.from({ length: after }, (_, index) => warmUpSeconds + index / perSecond),
  ]
}

/** The scopes of the administrator. */
export const administratorScopes = 'users:read users:write audit:read'

/**
 * The service caches this many verified access tokens (`src/tokens/access-tokens.ts`). The cache is filled first, since
 * it would otherwise grow during the soak.
 */
const maxCachedTokens = 10_000

/** Visitors share networks, because limits have a row for each network. */
const networks = 200
const maxConnections = 8
const maxMailMs = 30_000
const maxResponseMs = 30_000
const maxAttempts = 3
const pauseMs = 1_000
const newPassword = 'seven green bottles on a wall'

interface Reply {
  status: number
  body: string
}

interface Tokens {
  access_token: string
  refresh_token: string
  device_token: string
}

const mails = createMails()

process.on('message', async (question: SoakQuestion) => {
  process.send?.('want' in question ? await mails.listen() : await runLoad(question))
})

async function runLoad(job: SoakJob): Promise<SoakResult> {
  const { seconds, visitSeconds, residents, credentials } = job
  const result: SoakResult = { answered: 0, failures: {}, visits: 0, residentSignIns: 0, latestMs: 0 }
  const client = createClient(job.url)
  const count = (failure: string) => {
    if (result.failures[failure] === undefined) console.log(`soak: ${failure}`)
    result.failures[failure] = (result.failures[failure] ?? 0) + 1
  }

  /**
   * Sends a request. If the service is unavailable, that counts as a failure, and the request is sent again so that the
   * visit can continue.
   * @returns the body of the response, if it has the expected status
   */
  async function ask(expected: number, request: WireRequest): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const { status, body } = await client.send(request)
      if (status === expected) {
        result.answered++
        return body
      }
      const [, code = ''] = /"code":"(\w+)"/.exec(body) ?? []
      const failure = `${request.method ?? 'GET'} ${patternOf(request.path)}: ${status} ${code}, not ${expected}`
      if (status !== 503 || attempt === maxAttempts) throw new Error(failure)
      count(failure)
      await setTimeout(pauseMs)
    }
  }

  const askJson = async <Body>(expected: number, request: WireRequest): Promise<Body> =>
    JSON.parse(await ask(expected, request))

  /** Does something when it is due, regardless of how long it takes. */
  async function repeat(perSecond: number, work: (index: number) => Promise<void>) {
    const running = new Set<Promise<void>>()
    const begin = performance.now()
    for (const [index, time] of timesOf(perSecond, seconds).entries()) {
      const due = begin + time * 1000
      if (performance.now() < due) await setTimeout(due - performance.now())
      result.latestMs = Math.max(result.latestMs, performance.now() - due)
      const one: Promise<void> = work(index)
        .catch((error: unknown) => count(error instanceof Error ? error.message : String(error)))
        .finally(() => running.delete(one))
      running.add(one)
    }
    await Promise.all(running)
  }

  const signedIn = new Map<Person, Tokens>()
  const residentAt = (index: number) => {
    const person = residents[index % residents.length]
    const tokens = person && signedIn.get(person)
    if (person === undefined || tokens === undefined) throw new Error('A resident is not signed in.')
    return { person, tokens }
  }
  const signInResident = async (person: Person) => {
    const scope = person === residents[0] ? { scope: `account ${administratorScopes}` } : {}
    const tokens = await askJson<Tokens>(200, withHeaders(signInForm(person.username, scope), person.headers))
    result.residentSignIns++
    return tokens
  }
  const administrator = (request: WireRequest) =>
    withHeaders(request, { authorization: `Bearer ${residentAt(0).tokens.access_token}` })

  const streams: [rate: number, work: (index: number) => Promise<unknown>][] = [
    [
      rates.visits,
      async (index) => {
        await visit(index, { ask, askJson, administrator, visitSeconds })
        result.visits++
      },
    ],
    [rates.me, (index) => ask(200, get('/users/me', residentAt(index).tokens))],
    [rates.introspection, (index) => ask(200, introspectionOf(residentAt(index).tokens.access_token, credentials))],
    [
      rates.refreshes,
      async (index) => {
        const { person, tokens } = residentAt(index)
        signedIn.set(person, await askJson<Tokens>(200, withHeaders(refreshOf(tokens), person.headers)))
      },
    ],
    [
      rates.signIns,
      async (index) => {
        const { person } = residentAt(index)
        const tokens = await signInResident(person)
        // Changes of users require a recent authentication. All other sessions are left to expire.
        if (person === residents[0]) signedIn.set(person, tokens)
      },
    ],
    [
      rates.administration,
      (index) => ask(200, administrator({ path: lists[index % lists.length] ?? '', headers: {} })),
    ],
  ]

  await client.open(maxConnections)
  for (const person of residents) signedIn.set(person, await signInResident(person))
  for (let cached = 0; cached < maxCachedTokens; cached += residents.length) {
    await Promise.all(
      residents.map(async (_, index) => {
        const { person, tokens } = residentAt(index)
        const renewed = await askJson<Tokens>(200, withHeaders(refreshOf(tokens), person.headers))
        signedIn.set(person, renewed)
        await ask(200, get('/users/me', renewed))
      }),
    )
  }
  await Promise.all(
    streams.map(([rate, work]) =>
      repeat(rate, async (index) => {
        await work(index)
      }),
    ),
  )
  client.close()
  return result
}

const lists = [
  '/auth/users?limit=10',
  '/auth/users?limit=10&search=visitor',
  '/auth/events?limit=10',
  '/auth/users?limit=10&disabled=true',
  '/auth/events?limit=10&outcome=failure',
]

interface Tools {
  ask: (expected: number, request: WireRequest) => Promise<string>
  askJson: <Body>(expected: number, request: WireRequest) => Promise<Body>
  /** Sends a request as the administrator. */
  administrator: (request: WireRequest) => WireRequest
  visitSeconds: number
}

/** Everything that a person does, from the registration to the deletion of the account. */
async function visit(index: number, { ask, askJson, administrator, visitSeconds }: Tools) {
  const begin = performance.now()
  /** Waits for a time of the visit. @param share a number from 0 to 1 */
  const until = (share: number) => setTimeout(Math.max(0, begin + share * visitSeconds * 1000 - performance.now()))
  const person = { username: `visitor${index}`, headers: headersOfNetwork(0x1000 + (index % networks)) }
  const address = `${person.username}@example.com`
  const from = (request: WireRequest) => withHeaders(request, person.headers)
  const signIn = (more: Record<string, string> = {}) => from(signInForm(person.username, more))
  const as = (tokens: Tokens, request: WireRequest) =>
    from(withHeaders(request, { authorization: `Bearer ${tokens.access_token}` }))
  const refresh = (tokens: Tokens) => from(refreshOf(tokens))

  const verificationMail = mails.next(address, 'verify-email')
  const { id } = await askJson<{ id: string }>(201, registrationOf(person))
  const token = await verificationMail
  const first = await askJson<Tokens>(200, signIn())
  await ask(204, as(first, json('/auth/email-verification/confirm', { token })))

  await until(0.1)
  await ask(401, signIn({ password: 'a wrong password' }))
  await ask(401, from(signInForm(`nobody${index}`)))
  const renewed = await askJson<Tokens>(200, refresh(first))
  // The response was lost.
  await ask(200, refresh(first))
  await ask(200, as(renewed, patch('/auth/users/me', { name: 'Ada King' })))

  await until(0.2)
  const stolen = await askJson<Tokens>(200, signIn({ device_token: first.device_token }))
  await ask(200, refresh(await askJson<Tokens>(200, refresh(stolen))))
  await ask(400, refresh(stolen))
  const left = await askJson<Tokens>(200, signIn())
  await ask(200, from(form('/auth/revoke', { token: left.refresh_token })))
  await ask(200, as(renewed, get('/users/me/sessions')))
  await ask(200, as(renewed, get('/users/me/events')))

  await until(0.3)
  const resetMail = mails.next(address, 'reset-password')
  await ask(202, from(json('/auth/password-reset', { username: person.username })))
  await ask(204, from(json('/auth/password-reset/confirm', { token: await resetMail, new_password: newPassword })))
  const again = await askJson<Tokens>(200, signIn({ password: newPassword }))
  const { access_token: access } = await askJson<Tokens>(
    200,
    as(again, json('/auth/users/me/password', { current_password: newPassword, new_password: password })),
  )
  const current = { ...again, access_token: access }

  await until(0.4)
  const app = await askJson<{ id: string; secret: string }>(201, as(current, json('/auth/users/me/totp', {})))
  const totp = new TOTP({ secret: Secret.fromBase32(app.secret) })
  const confirmedAt = Date.now()
  const { recovery_codes: codes } = await askJson<{ recovery_codes: string[] }>(
    200,
    as(current, json(`/auth/users/me/totp/${app.id}/confirm`, { otp: totp.generate({ timestamp: confirmedAt }) })),
  )

  await until(0.6)
  const { mfa_token: mfaToken } = await askJson<{ mfa_token: string }>(403, signIn())
  const recovered = from(
    form('/auth/token', { grant_type: 'urn:latchkey:grant-type:mfa', mfa_token: mfaToken, otp: codes[0] ?? '' }),
  )
  await ask(200, recovered)

  await until(0.8)
  // Each code is accepted once, and the next one is accepted a step early.
  const timestamp = Math.max(Date.now(), confirmedAt + totp.period * 1000)
  const last = await askJson<Tokens>(200, signIn({ otp: totp.generate({ timestamp }) }))
  const newAddress = `new-${address}`
  // The e-mail is not sent if the account is deleted before.
  const changeMail = mails.next(newAddress, 'verify-email')
  await ask(200, as(last, patch('/auth/users/me', { email: newAddress, current_password: password })))
  await changeMail
  await ask(200, administrator(get(`/users?search=${person.username}`)))
  await ask(200, administrator(get(`/users/${id}`)))
  await ask(200, administrator(patch(`/auth/users/${id}`, { name: 'Grace Hopper' })))
  const invitation = await askJson<{ id: string }>(
    201,
    administrator(json('/auth/invitations', { email: `guest-of-${address}` })),
  )
  await ask(204, administrator({ method: 'DELETE', path: `/auth/invitations/${invitation.id}`, headers: {} }))

  await until(1)
  if (index % 2 === 0) await ask(204, as(last, json('/auth/users/me/delete', { current_password: password })))
  else await ask(204, administrator({ method: 'DELETE', path: `/auth/users/${id}`, headers: {} }))
}

function get(path: string, tokens?: Tokens): WireRequest {
  return {
    path: `/auth${path}`,
    headers: tokens === undefined ? {} : { authorization: `Bearer ${tokens.access_token}` },
  }
}

function patch(path: string, fields: Record<string, string>): WireRequest {
  return { ...json(path, fields), method: 'PATCH' }
}

function refreshOf({ refresh_token: token, device_token: deviceToken }: Tokens) {
  return form('/auth/token', {
    grant_type: 'refresh_token',
    refresh_token: token,
    ...(deviceToken === undefined ? {} : { device_token: deviceToken }),
  })
}

/** The path without ids and names, so that failures of one kind are counted together. */
function patternOf(path: string) {
  return path.replace(/[0-9a-f-]{36}/, '{id}').replace(/\?.*/, '')
}

/** A client with a fixed number of connections, so that their number in the service does not depend on chance. */
function createClient(url: string) {
  const { hostname, port } = new URL(url)
  const agent = new Agent({ keepAlive: true, maxSockets: maxConnections, scheduling: 'fifo' })

  async function send({ method = 'GET', path, headers, body }: WireRequest): Promise<Reply> {
    const signal = AbortSignal.timeout(maxResponseMs)
    const request = sendRequest({ agent, hostname, port, method, path, headers, signal })
    // Without its length, a body would be sent in chunks.
    if (body !== undefined) request.setHeader('content-length', Buffer.byteLength(body))
    request.end(body)
    try {
      const [response] = await once(request, 'response')
      return { status: response.statusCode, body: await text(response) }
    } catch (error) {
      throw signal.aborted
        ? new Error(`${method} ${patternOf(path)}: no complete response within ${maxResponseMs / 1000} s`)
        : error
    }
  }

  return {
    send,
    /** Opens connections, by as many requests at once. */
    open: (count: number) =>
      Promise.all(Array.from({ length: count }, () => send({ path: '/health/live', headers: {} }))),
    close: () => agent.destroy(),
  }
}

/** Receives e-mails, and hands out the tokens of the links in them. */
function createMails() {
  const waiting = new Map<string, (token: string) => void>()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onData: (stream, { envelope }, callback) => {
      const take = async () => {
        const { text = '' } = await simpleParser(await buffer(stream))
        const [, page = '', token = ''] = /^https?:\S+\/([^/]+)#(\S+)$/m.exec(text) ?? []
        for (const { address } of envelope.rcptTo) waiting.get(`${address} ${page}`)?.(token)
      }
      take().then(() => callback(), callback)
    },
  })

  return {
    /** @returns the URL of the server */
    async listen(): Promise<string> {
      const listening = server.listen(0, '127.0.0.1')
      await once(listening, 'listening')
      const address = listening.address()
      return `smtp://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : ''}`
    },
    /** Waits for an e-mail to an address with a link to a page. Call it before the request that causes the e-mail. */
    next(address: string, page: string): Promise<string> {
      const key = `${address} ${page}`
      const arrived = new Promise<string>((resolve) => waiting.set(key, resolve))
      const token = withTimeout(maxMailMs, arrived).finally(() => waiting.delete(key))
      // If that request fails, nothing waits for the e-mail.
      token.catch(() => {})
      return token
    },
  }
}
