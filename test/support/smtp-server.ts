/* Real SMTP servers, and services that send their messages there. */
import { EventEmitter, once } from 'node:events'
import type { Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server'
import type { Test } from 'tap'
import { build, register, type DatabaseKind } from './build.ts'

/** A message as received by a server. */
export interface Delivery extends ParsedMail {
  raw: string
  session: SMTPServerSession
  sender: string
  recipients: string[]
}

interface Options extends SMTPServerOptions {
  /** Called for each message with its number, from 1; a thrown error is the server's response. */
  decide?: (count: number) => Promise<void> | void
  host?: string
  /** A free port unless given. */
  port?: number
}

/** An SMTP server on a port of its own, plain by default. */
export async function startSmtp(
  t: Test,
  { decide = () => {}, host = '127.0.0.1', port = 0, ...options }: Options = {},
) {
  const deliveries: Delivery[] = []
  const arrivals = new EventEmitter()
  const sessions: SMTPServerSession[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.key === undefined ? ['STARTTLS'] : [],
    disableReverseLookup: true,
    closeTimeout: 100,
    onConnect: (session, callback) => {
      sessions.push(session)
      callback()
    },
    onData: (stream, session, callback) => {
      const take = async () => {
        const raw = String(await buffer(stream))
        const { mailFrom, rcptTo } = session.envelope
        const sender = mailFrom === false ? '' : mailFrom.address
        deliveries.push({
          ...(await simpleParser(raw)),
          raw,
          session,
          sender,
          recipients: rcptTo.map(({ address }) => address),
        })
        arrivals.emit('mail')
        await decide(deliveries.length)
      }
      take().then(() => callback(), callback)
    },
    ...options,
  })
  // These tests break connections on purpose.
  server.on('error', () => {})
  const listening = server.listen(port, host)
  const sockets = new Set<Socket>()
  listening.on('connection', (socket: Socket) => sockets.add(socket))
  await once(listening, 'listening')
  const address = listening.address()
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(resolve)
    })
  t.teardown(close)
  const taken = typeof address === 'object' && address !== null ? address.port : port
  const breakConnections = () => {
    for (const socket of sockets) socket.destroy()
  }
  /** Waits until `count` messages have arrived in total. */
  const arrived = async (count: number) => {
    while (deliveries.length < count) await once(arrivals, 'mail')
  }
  return {
    deliveries,
    arrived,
    sessions,
    close,
    breakConnections,
    /** Changes the server's certificate. */
    useCertificate: (certificate: { cert: string; key: string }) => server.updateSecureContext(certificate),
    port: taken,
    url: `${options.secure === true ? 'smtps' : 'smtp'}://${host}:${taken}`,
  }
}

/** A rejection by an SMTP server, such as 550. */
export function refusal(responseCode: number, message: string) {
  return Object.assign(new Error(message), { responseCode })
}

export type Smtp = Awaited<ReturnType<typeof startSmtp>>

interface Sending {
  database?: DatabaseKind
  environment?: NodeJS.ProcessEnv
}

/** A service that sends its messages to an SMTP server. */
export async function buildSending(t: Test, url: string, { database = 'sqlite', environment = {} }: Sending = {}) {
  const built = await build(t, {
    database,
    sendMail: undefined,
    environment: {
      SMTP_URL: url,
      MAIL_FROM: 'Example <accounts@example.com>',
      PRODUCT_NAME: 'Example',
      ...environment,
    },
  })
  const { app, clock, lines } = built
  return {
    ...built,
    /** Registers a user, who is then sent a message. */
    write: (username: string, email = `${username}@example.com`) => register(app, username, { email }),
    /** Sends what is due. */
    housekeep: () => app.latchkey.housekeep(),
    /** Moves the clock and then sends what is due. */
    async after(milliseconds: number) {
      clock.advance(milliseconds)
      await app.latchkey.housekeep()
    },
    /** The log lines about messages that could not be sent. */
    troubles: () =>
      lines
        .map((line) => JSON.parse(line))
        .filter(({ mail }) => mail !== undefined)
        .map(({ msg, mail, reason, level }) => ({ msg, reason, level, attempts: mail.attempts, kind: mail.kind })),
  }
}
