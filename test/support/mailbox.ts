import { EventEmitter, once } from 'node:events'
import type { FastifyInstance } from 'fastify'
import type { Mail } from '../../src/mail/transport.ts'

export type Mailbox = ReturnType<typeof createMailbox>

/** Collects the messages of a service under test in place of SMTP. */
export function createMailbox() {
  const mails: Mail[] = []
  const arrivals = new EventEmitter()
  return {
    async send(mail: Mail) {
      mails.push(mail)
      arrivals.emit('mail')
    },

    /** Waits until `count` messages have arrived that were not collected. */
    async arrived(count: number) {
      while (mails.length < count) await once(arrivals, 'mail')
    },

    /** The number of messages that were not collected. */
    count: () => mails.length,

    /** Sends what is due. @returns the messages since the last call, oldest first */
    async collect(app: FastifyInstance): Promise<Mail[]> {
      await app.latchkey.housekeep()
      return mails.splice(0).toSorted((one, other) => (one.id < other.id ? -1 : 1))
    },
  }
}

/** The complete link in a message. */
export function linkOf(mail: Pick<Mail, 'text'> | undefined): string {
  return /^https?:\S+#\S+$/m.exec(mail?.text ?? '')?.[0] ?? ''
}

/** The token after the # of the link. */
export function tokenOf(mail: Mail | undefined): string {
  return linkOf(mail).split('#')[1] ?? ''
}

/** The eight digits of the code. */
export function codeOf(mail: Mail | undefined): string {
  return (/: {2}([\d ]{9})$/m.exec(mail?.text ?? '')?.[1] ?? '').replace(' ', '')
}

/** The text of the HTML, without markup. */
export function readableOf(mail: Mail | undefined): string {
  return (mail?.html ?? '')
    .replace(/^[^]*<body/, '<body')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
}
