/*
 * An open-loop load generator in a separate process. It sends each request when it is due, regardless of the responses
 * to earlier ones, and reports its own delay with each request.
 */
import { setTimeout } from 'node:timers/promises'
import { bytesOf, createWire, type WireRequest } from './wire.ts'

export interface OpenJob {
  url: string
  streams: Stream[]
}

export interface Stream {
  perSecond: number
  seconds: number
  /** The requests, which are sent in turn. */
  requests: WireRequest[]
  /** Milliseconds after which the client closes the connection. */
  patience?: number
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

process.on('message', async ({ url, streams }: OpenJob) => {
  const begin = performance.now() + 100
  process.send?.(await Promise.all(streams.map((stream) => ask(url, stream, begin))))
})

async function ask(url: string, { perSecond, seconds, requests, patience }: Stream, begin: number): Promise<Asked[]> {
  const wire = createWire(url)
  const texts = requests.map(bytesOf)
  const answers: Promise<Asked>[] = []
  for (let count = 0; count < perSecond * seconds; count++) {
    const due = begin + (count * 1000) / perSecond
    if (performance.now() < due) await setTimeout(due - performance.now())
    answers.push(send(texts[count % texts.length] ?? '', due))
  }
  return Promise.all(answers)

  async function send(text: string, due: number): Promise<Asked> {
    const sent = performance.now()
    const status = await wire.send(text, patience)
    return { due: due - begin, late: sent - due, took: performance.now() - sent, status }
  }
}
