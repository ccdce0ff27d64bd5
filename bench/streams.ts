/*
 * A load generator in a separate process. An open stream sends each request when it is due, regardless of the responses
 * to earlier ones. A closed stream has a number of requests in flight, and sends the next one after each response.
 */
import { setTimeout } from 'node:timers/promises'
import { bytesOf, createWire, type WireRequest } from './wire.ts'

export interface StreamJob {
  /** The origins of the instances, which get the requests of a stream in turn. */
  urls: string[]
  /** The streams, which run at the same time. */
  streams: (OpenStream | ClosedStream)[]
}

export interface OpenStream {
  perSecond: number
  seconds: number
  /** The requests, which are sent in turn. */
  requests: WireRequest[]
  /** Milliseconds after which the client closes the connection. */
  patience?: number
}

export interface ClosedStream {
  atOnce: number
  /** The requests, which are sent in turn. */
  requests: WireRequest[]
  /** The seconds during which requests are sent. Without them, each request is sent once. */
  seconds?: number
}

/** The times of one request, in milliseconds. */
export interface Asked {
  /** The scheduled time, since the start. */
  due: number
  /** The delay after the scheduled time. */
  late: number
  /** The time from sending the request to the complete response. */
  took: number
  /** The status of the response; 0 if there was none. */
  status: number
}

process.on('message', async ({ urls, streams }: StreamJob) => {
  const begin = performance.now() + 100
  process.send?.(
    await Promise.all(
      streams.map((stream) => ('atOnce' in stream ? runClosed(urls, stream, begin) : runOpen(urls, stream, begin))),
    ),
  )
})

async function runOpen(urls: string[], { perSecond, seconds, requests, patience }: OpenStream, begin: number) {
  const send = createSender(urls, requests, begin, patience)
  const answers: Promise<Asked>[] = []
  for (let count = 0; count < perSecond * seconds; count++) {
    const due = begin + (count * 1000) / perSecond
    if (performance.now() < due) await setTimeout(due - performance.now())
    answers.push(send(count, due))
  }
  return Promise.all(answers)
}

async function runClosed(urls: string[], { atOnce, requests, seconds }: ClosedStream, begin: number) {
  const send = createSender(urls, requests, begin)
  const end = begin + (seconds ?? Infinity) * 1000
  const most = seconds === undefined ? requests.length : Infinity
  const answers: Asked[] = []
  let count = 0
  await setTimeout(begin - performance.now())
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (count < most && performance.now() < end) answers.push(await send(count++, performance.now()))
    }),
  )
  return answers
}

function createSender(urls: string[], requests: WireRequest[], begin: number, patience?: number) {
  const wires = urls.map(createWire)
  const texts = requests.map(bytesOf)
  return async (count: number, due: number): Promise<Asked> => {
    const sent = performance.now()
    const status = (await wires[count % wires.length]?.send(texts[count % texts.length] ?? '', patience)) ?? 0
    return { due: due - begin, late: sent - due, took: performance.now() - sent, status }
  }
}
