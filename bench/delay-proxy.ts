/*
 * A TCP proxy in a separate process. It delays all bytes in each direction, as a network does, and counts the round
 * trips: how often a connection that had received something sent something again. What is sent without waiting for a
 * response belongs to the same round trip.
 */
import { once } from 'node:events'
import { type AddressInfo, createServer, connect, type Socket } from 'node:net'

export interface ProxyJob {
  host: string
  port: number
  /** The delay in each direction, in milliseconds. */
  delayMs: number
}

export type ProxyQuestion = ProxyJob | { want: 'round trips' }

let roundTrips = 0

process.on('message', async (question: ProxyQuestion) => {
  process.send?.('want' in question ? roundTrips : await listen(question))
})

/** @returns the port */
async function listen({ host, port, delayMs }: ProxyJob): Promise<number> {
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host, port, noDelay: true })
    let isWaiting = false
    client.on('data', () => {
      if (!isWaiting) roundTrips++
      isWaiting = true
    })
    upstream.on('data', () => {
      isWaiting = false
    })
    forward(client, upstream, delayMs)
    forward(upstream, client, delayMs)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Timers of the same duration fire in the order in which they were set, so the bytes keep theirs. */
function forward(from: Socket, to: Socket, delayMs: number) {
  from.on('data', (bytes) => setTimeout(() => to.write(bytes), delayMs))
  from.on('error', () => {})
  from.on('close', () => setTimeout(() => to.destroy(), delayMs))
}
