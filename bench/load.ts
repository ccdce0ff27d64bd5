/*
 * The load generator, a process of its own: does one job after the other, as they are sent to it.
 */
import autocannon from 'autocannon'

export interface Job {
  url: string
  connections: number
  seconds: number
  /** Dealt out among the connections, so that all of them come in turn. */
  requests: autocannon.Request[]
}

export interface Load {
  answered: number
  perSecond: number
}

process.on('message', async (job: Job) => {
  process.send?.(await load(job))
})

async function load ({ url, connections, seconds, requests }: Job): Promise<Load> {
  let dealt = 0
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    setupClient: (client) => {
      const turn = dealt++
      client.setRequests(requests.filter((_, index) => index % connections === turn).map((request) => ({ ...request })))
    },
  })
  const { non2xx, errors, timeouts, duration } = result
  if (non2xx + errors + timeouts > 0) throw new Error(`${url}: ${non2xx} refused, ${errors} failed, ${timeouts} timed out`)
  return { answered: result['2xx'], perSecond: result['2xx'] / duration }
}
