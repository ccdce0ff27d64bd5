import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { SMTPServer } from 'smtp-server'
import { freePort } from '../../free-port.ts'
import { send } from '../client.ts'
import type { Fault, Stage } from '../fault.ts'
import { startTrial, type Trial } from '../trial.ts'

/** The first retries come after 10 and 30 seconds. */
const deliveryMs = 60_000

/** Fault 9: the mail server is down, or accepts connections and says nothing. */
export const mailFaults: Fault[] = [
  { number: 9, title: 'SMTP down', database: 'sqlite', run: (stage) => failMail(stage, async () => () => {}) },
  { number: 9, title: 'SMTP silent', database: 'sqlite', run: (stage) => failMail(stage, listenInSilence) },
  { number: 9, title: 'SMTP down', database: 'postgres', run: (stage) => failMail(stage, async () => () => {}) },
]

async function failMail(stage: Stage, fail: (port: number) => Promise<() => unknown>) {
  const port = await freePort()
  const mend = await fail(port)
  const trial = await startTrial(stage, {
    environment: { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: 'accounts@example.com' },
  })
  const { url } = trial.service
  const addresses = await registerWithAddresses(url, 5)
  await trial.quietTime(3_000)
  await demandSameAnswers(url, addresses)
  await mend()

  const received = await receiveMail(stage, port)
  const begin = performance.now()
  while (!addresses.every((address) => received.has(address))) {
    if (performance.now() - begin > deliveryMs) throw new Error(`Only ${received.size} messages arrived in a minute.`)
    await sleep(100)
  }
  const seconds = (performance.now() - begin) / 1000
  return [...(await judgeQuietly(trial)), `${addresses.length} messages delivered after ${seconds.toFixed(0)} s`]
}

async function judgeQuietly(trial: Trial) {
  if (trial.journal.troubles.length > 0) throw new Error('Requests failed while the mail server was down.')
  return trial.judge()
}

/** Registers users whose addresses are to be verified. */
async function registerWithAddresses(url: string, count: number): Promise<string[]> {
  const addresses = Array.from({ length: count }, () => `${randomUUID()}@example.com`)
  for (const email of addresses) {
    const json = { username: email.replace('@', '.'), password: randomUUID(), email }
    const { status } = await send(url, { path: '/auth/users', json })
    if (status !== 201) throw new Error(`A registration got ${status}.`)
  }
  return addresses
}

async function demandSameAnswers(url: string, [address = '']: string[]) {
  const answers = await Promise.all(
    [address, 'nobody@example.com'].map(async (username) => {
      const { status, body } = await send(url, { path: '/auth/password-reset', json: { username } })
      return `${status} ${JSON.stringify(body)}`
    }),
  )
  if (answers[0] !== answers[1] || !answers[0]?.startsWith('202')) {
    throw new Error(`A reset for a known address got ${answers[0]}, for an unknown one ${answers[1]}.`)
  }
}

async function listenInSilence(port: number) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return async () => {
    server.close()
    for (const socket of sockets) socket.destroy()
    await once(server, 'close')
  }
}

/** Starts a mail server. @returns the addresses to which a message has arrived */
async function receiveMail(stage: Stage, port: number): Promise<Set<string>> {
  const received = new Set<string>()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onData: (stream, { envelope }, callback) => {
      stream.resume().on('end', () => {
        for (const { address } of envelope.rcptTo) received.add(address)
        callback()
      })
    },
  })
  server.on('error', () => {})
  await once(server.listen(port, '127.0.0.1'), 'listening')
  stage.teardown(() => server.close(() => {}))
  return received
}
