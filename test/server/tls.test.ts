// @lane processes
import { once } from 'node:events'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request, type RequestOptions } from 'node:https'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { settingsFromEnvironment } from '../../src/config/config.ts'
import { readTls } from '../../src/config/tls.ts'
import { makeCertificate } from '../support/certificate.ts'
import { runCommand } from '../support/latchkey-command.ts'
import { emptyFolder, start, untilRefused } from '../support/spawn.ts'
import { startOnTerminal } from '../support/terminal.ts'

t.test(
  'with TLS_CERT and TLS_KEY the service uses https and shows so on a terminal, below the first link',
  async (t) => {
    const { cert, folder } = await folderWithPems(t)
    const service = await startOnTerminal(t, { folder, environment: { TLS_CERT: 'cert.pem', TLS_KEY: 'key.pem' } })
    const shown = await service.until(/Latchkey is ready: .*\r\n/)
    const [, link, port] =
      /\r\n {2}(https:\S+)\r\n[^]*\r\nLatchkey is ready: https:\/\/localhost:(\d+)\/docs\r\n/.exec(shown) ?? []
    t.match(link, /^https:\/\/localhost:0\/auth\/invitation#inv_[\w-]{64}$/)
    t.notOk((await readdir(join(folder, 'data'))).includes('first-administrator.txt'), 'the link is in no file')

    const live = await get({ port, ca: cert, path: '/health/live' })
    t.equal(live.statusCode, 200)
    t.match(live.headers['strict-transport-security'], /^max-age=\d+/)
    t.strictSame(await json(live), { status: 'ok' })

    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const
    await t.rejects(
      get({ port, ca: cert, path: '/health/live', ...old }),
      /protocol version/,
      'TLS before 1.2 is rejected',
    )

    service.closeTerminal()
    await untilRefused(Number(port))
  },
)

t.test('SIGHUP makes the service read its certificate again, and keep the previous one if it is invalid', async (t) => {
  const { cert, folder } = await folderWithPems(t)
  const service = await start(t, { folder, environment: { TLS_CERT: 'cert.pem', TLS_KEY: 'key.pem' } })
  const { port } = await service.ready()
  const hangUp = async (message: RegExp) => {
    const line = service.nextLogLine(message)
    service.kill('SIGHUP')
    return line
  }
  t.equal((await get({ port, ca: cert, path: '/health/live' })).statusCode, 200)

  const renewed = makeCertificate()
  await writeFile(join(folder, 'cert.pem'), renewed.cert)
  t.match(await hangUp(/certificate reload failed, previous certificate kept/), { level: 50 })
  t.equal((await get({ port, ca: cert, path: '/health/live' })).statusCode, 200)

  await writeFile(join(folder, 'key.pem'), renewed.key)
  await hangUp(/certificate reloaded/)
  t.equal((await get({ port, ca: renewed.cert, path: '/health/live' })).statusCode, 200)
  await t.rejects(get({ port, ca: cert, path: '/health/live' }), /certificate/)
})

t.test('a key that does not belong to the certificate is rejected', async (t) => {
  const { folder } = await folderWithPems(t)
  await writeFile(join(folder, 'other.pem'), makeCertificate().key)
  const environment = { TLS_CERT: 'cert.pem', TLS_KEY: 'other.pem' }
  const { code, stdout, stderr } = await runCommand(t, { folder, parameters: ['start'], environment })
  t.equal(code, 1)
  t.equal(stdout, '', 'the server has not listened')
  t.match(stderr, /^Latchkey did not start\.\n- TLS_KEY.*other\.pem.*TLS_CERT.*$/)
})

t.test('missing, unreadable and invalid files are named, both at once', async (t) => {
  const { folder } = await folderWithPems(t)
  await mkdir(join(folder, 'folder'))
  await writeFile(join(folder, 'text.pem'), 'neither a certificate nor a key\n')
  for (const [cert, key, named] of [
    ['missing.pem', 'key.pem', ['TLS_CERT']],
    ['folder', 'key.pem', ['TLS_CERT']],
    ['text.pem', 'key.pem', ['TLS_CERT']],
    ['key.pem', 'key.pem', ['TLS_CERT']],
    ['cert.pem', 'missing.pem', ['TLS_KEY']],
    ['cert.pem', 'text.pem', ['TLS_KEY']],
    ['cert.pem', 'cert.pem', ['TLS_KEY']],
    ['missing.pem', 'folder', ['TLS_CERT', 'TLS_KEY']],
  ] as const) {
    const places = { TLS_CERT: join(folder, cert), TLS_KEY: join(folder, key) }
    const faults = named.map((name) => new RegExp(`^${name} .*${places[name]}`))
    await t.rejects(readTls(settingsFromEnvironment(places)), { code: 'start_refused', faults }, `${cert}, ${key}`)
  }
})

async function folderWithPems(t: Test) {
  const folder = await emptyFolder(t)
  const { cert, key } = makeCertificate()
  await writeFile(join(folder, 'cert.pem'), cert)
  await writeFile(join(folder, 'key.pem'), key)
  return { folder, cert, key }
}

async function get(options: RequestOptions): Promise<IncomingMessage> {
  const [response] = await once(request({ host: '127.0.0.1', agent: false, ...options }).end(), 'response')
  return response
}
