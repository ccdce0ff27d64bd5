/*
 * A load generator that does not wait, a process of its own: a request goes out when it is due,
 * whatever has become of those before it. How late it was itself is told with each.
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
  /** In turn. */
  requests: WireRequest[]
  /** Milliseconds after which the client hangs up. */
  patience?: number
}

/** Times in milliseconds. */
export interface Asked {
  /** When it was due, since the beginning. */
  due: number
  /** How much later it went out. */
  late: number
  /** From there to the whole answer. */
  took: number
  /** 0 for none. */
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
