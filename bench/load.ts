/* The load generator: a separate process that receives jobs and runs them one after another. */
import autocannon from 'autocannon'
import { Secret, TOTP } from 'otpauth'
import { signInForm } from './crowd.ts'
import { form } from './forms.ts'

export interface Job {
  url: string
  connections: number
  seconds: number
  work: Work
}

/** A job, as plain data that can be sent between processes. */
export type Work = RequestWork | RefreshWork | RevocationWork | SignInWork

interface RequestWork {
  kind: 'requests'
  /** The requests. They are distributed over the connections, which send them in turn. */
  requests: autocannon.Request[]
  /** The prefix that every response must have. */
  beginning?: string
}

interface RefreshWork {
  kind: 'refresh'
  /** The first token of each connection. A connection then uses the tokens that it receives. */
  tokens: string[]
}

interface RevocationWork {
  kind: 'revocation'
  /** Tokens that are each used once. */
  tokens: string[]
}

export interface SignInWork {
  kind: 'sign-ins'
  /** Users who each sign in once. */
  usernames: string[]
  /** The secret of their authenticator apps, in base32; undefined if they have none. */
  secret?: string
}

export interface Load {
  answered: number
  perSecond: number
}

process.on('message', async (job: Job) => {
  process.send?.(await load(job))
})

async function load({ url, connections, seconds, work }: Job): Promise<Load> {
  const beginning = work.kind === 'requests' ? (work.beginning ?? '') : ''
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    setupClient: setupFor(work, connections),
    verifyBody: (body) => String(body).startsWith(beginning),
  })
  const { non2xx, errors, timeouts, mismatches, duration } = result
  if (non2xx + errors + timeouts + mismatches > 0) {
    throw new Error(
      `${url}: ${non2xx} refused, ${errors} failed, ${timeouts} timed out, ${mismatches} with another answer`,
    )
  }
  return { answered: result['2xx'], perSecond: result['2xx'] / duration }
}

/** @returns a function that sets up each connection of autocannon */
function setupFor(work: Work, connections: number): (client: autocannon.Client) => void {
  let dealt = 0
  switch (work.kind) {
    case 'requests':
      return (client) => {
        const turn = dealt++
        client.setRequests(
          work.requests.filter((_, index) => index % connections === turn).map((request) => ({ ...request })),
        )
      }
    case 'refresh':
      return (client) =>
        client.setRequests([
          {
            ...refreshForm(itemAt(work.tokens, dealt++)),
            onResponse: (_status, body) => client.setBody(refreshForm(JSON.parse(body).refresh_token).body),
          },
        ])
    case 'revocation':
      return oneAfterAnother(work.tokens, (token) => form('/auth/revoke', { token }))
    case 'sign-ins': {
      const totp = work.secret === undefined ? undefined : new TOTP({ secret: Secret.fromBase32(work.secret) })
      return oneAfterAnother(work.usernames, (username) =>
        signInForm(username, totp === undefined ? {} : { otp: totp.generate() }),
      )
    }
  }
}

/** Makes each request when the previous one of the connection has been answered. Each item is used once. */
function oneAfterAnother(items: string[], requestOf: (item: string) => ReturnType<typeof form>) {
  let dealt = 0
  const next = () => requestOf(itemAt(items, dealt++))
  return (client: autocannon.Client) =>
    client.setRequests([{ ...next(), onResponse: () => client.setBody(next().body) }])
}

function refreshForm(token: string) {
  return form('/auth/token', { grant_type: 'refresh_token', refresh_token: token })
}

function itemAt(items: string[], index: number) {
  const item = items[index]
  if (item === undefined) throw new Error(`The ${items.length} tokens or users ran out.`)
  return item
}
