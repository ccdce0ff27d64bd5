/*
 * An open-loop load generator, a process of its own: each request is sent when it is due, whatever happens to the
 * earlier ones. The generator's own delay is reported with each.
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
  /** Sent in turn. */
  requests: WireRequest[]
  /** Milliseconds after which the client closes the connection. */
  patience?: number
}

/** The times of one request, in milliseconds. */
export interface Asked {
  /** The scheduled time since the start. */
  due: number
  /** The delay after the scheduled time. */
  late: number
  /** From sending to the complete response. */
  took: number
  /** 0 without a response. */
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
