import type { Request } from 'autocannon'
import type { Answer } from './bare.ts'
import { type Crowd, getMe } from './crowd.ts'
import type { Job, Load, Work } from './load.ts'
import { type Service, startHelper } from './processes.ts'
import { median, spread, verdict } from './report.ts'
import { type Contestant, rateOf, ratiosOf, type Round } from './rounds.ts'

export const connections = 50
const seconds = 5

/** The response body of the bare route, and the requests that are sent to it. */
export interface Reference {
  path: string
  body: string
  requests: Request[]
}

/** Starts a route that does nothing but respond, as a reference under the same load. */
export async function startBareRoute({ path, body, requests }: Reference) {
  const bare = startHelper('bare.ts')
  const generator = startHelper('load.ts')
  const url = await bare.ask<string>({ path, body: JSON.parse(body) } satisfies Answer)
  const answer = await textOf(fetch(url + path))
  if (answer !== body) throw new Error(`The reference answers ${answer} instead of ${body}.`)

  const load = (url: string, work: Work) => generator.ask<Load>({ url, connections, seconds, work } satisfies Job)
  const contestant: Contestant = {
    name: 'bare route',
    pid: bare.pid,
    run: () => load(url, { kind: 'requests', requests }),
  }
  return {
    contestant,
    load,
    stop: () => Promise.all([generator.stop(), bare.stop()]),
  }
}

/** Requests to `GET /auth/users/me`, each with the next of the crowd's tokens. */
export async function usersMe({ tokens }: Crowd, service: Service): Promise<Reference> {
  const path = '/auth/users/me'
  return {
    path,
    body: await textOf(getMe(service, tokens[0] ?? '')),
    requests: tokens.map((token) => ({ path, headers: { authorization: `Bearer ${token}` } })),
  }
}

/** Makes a table row that compares a route with the bare route. */
export function besideBareRoute(name: string, own: Round[], reference: Round[], leastRatio: number): string[] {
  const ratios = ratiosOf(own, reference)
  return [
    name,
    rateOf(own),
    `bare route ${rateOf(reference)}`,
    spread(ratios),
    `≥ ${leastRatio}`,
    verdict(median(ratios) >= leastRatio),
  ]
}

export async function textOf(response: Promise<Response>) {
  return (await response).text()
}
