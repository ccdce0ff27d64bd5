import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import fastify from 'fastify'
import t from 'tap'
import draining from '../../plugins/draining.ts'
import { listenOn } from '../../src/listen.ts'
import { makeCertificate } from '../support/certificate.ts'
import { deferred } from '../support/deferred.ts'

/** A second address of this machine. Containers often have no IPv6. */
const second = process.platform === 'linux' ? '127.0.0.2' : '::1'

t.test('both addresses of localhost share the certificate, and their requests are answered at the end', async (t) => {
  const app = fastify({ https: makeCertificate() })
  await app.register(draining)
  const { promise: continued, resolve: proceed } = deferred()
  const { promise: hasBegun, resolve: begin } = deferred()
  const order: string[] = []
  app.get('/', async () => 'answered')
  app.get('/slow', async () => {
    begin()
    await continued
    order.push('answered')
    return 'answered'
  })
  app.addHook('onClose', async () => {
    order.push('closed')
  })
  t.teardown(() => app.close())
  const { url, acceptors } = await listenOn(app, ['127.0.0.1', second], 0)
  const { port } = new URL(url)
  const get = async (host: string, path: string, ca: string): Promise<IncomingMessage> => {
    const sent = request({ host, port, path, ca, agent: false, checkServerIdentity: () => undefined }).end()
    const [response] = await once(sent, 'response')
    return response
  }

  const { cert, key } = makeCertificate()
  app.server.setSecureContext({ cert, key })
  for (const host of ['127.0.0.1', second]) t.equal(await text(await get(host, '/', cert)), 'answered', host)

  const slow = get(second, '/slow', cert)
  await hasBegun
  app.draining.start()
  const stopped = app.draining.stopListening(acceptors)
  while ((await get(second, '/', cert).catch(({ code }) => code)) !== 'ECONNREFUSED');
  const closing = app.close()
  // Enough for a service without requests to close.
  for (let turns = 0; turns < 20; turns++) await setImmediate()
  proceed()
  t.equal((await slow).statusCode, 200)
  await Promise.all([stopped, closing])
  t.strictSame(order, ['answered', 'closed'])
})
