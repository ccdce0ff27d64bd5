import { EventEmitter, once } from 'node:events'
import type { FastifyInstance } from 'fastify'
import type { Mail } from '../../src/mail/transport.ts'

export type Mailbox = ReturnType<typeof createMailbox>

/** Where all mails of a service under test arrive, in place of SMTP. */
export function createMailbox() {
  const mails: Mail[] = []
  const arrivals = new EventEmitter()
  return {
    async send(mail: Mail) {
      mails.push(mail)
      arrivals.emit('mail')
    },

    /** When so many have come that have not been collected. */
    async arrived(count: number) {
      while (mails.length < count) await once(arrivals, 'mail')
    },

    /** How many have come that have not been collected. */
    count: () => mails.length,

    /** Lets what is due be sent. @returns what has come since the last time, the oldest first */
    async collect(app: FastifyInstance): Promise<Mail[]> {
      await app.latchkey.housekeep()
      return mails.splice(0).toSorted((one, other) => (one.id < other.id ? -1 : 1))
    },
  }
}

/** The link of a mail, whole. */
export function linkOf(mail: Pick<Mail, 'text'> | undefined): string {
  return /^https?:\S+#\S+$/m.exec(mail?.text ?? '')?.[0] ?? ''
}

/** What stands behind the # of its link. */
export function tokenOf(mail: Mail | undefined): string {
  return linkOf(mail).split('#')[1] ?? ''
}

/** Its eight digits. */
export function codeOf(mail: Mail | undefined): string {
  return (/: {2}([\d ]{9})$/m.exec(mail?.text ?? '')?.[1] ?? '').replace(' ', '')
}

/** What its HTML says, without the markup. */
export function readableOf(mail: Mail | undefined): string {
  return (mail?.html ?? '')
    .replace(/^[^]*<body/, '<body')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
}
