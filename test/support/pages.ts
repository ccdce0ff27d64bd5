/* What the tests of the pages do: send their forms, and read what they show. */
import type { FastifyInstance } from 'fastify'
import { postForm, secretFor, type build } from './build.ts'
import { claimed } from './verification.ts'
import { codeOf, tokenOf } from './mailbox.ts'
import { askReset } from './recovery.ts'

export const newPassword = secretFor('another one')

export type PageName = 'reset-password' | 'verify-email'

export function postPage(app: FastifyInstance, page: PageName | 'invitation', fields: Record<string, string>) {
  return postForm(app, `/auth/${page}`, fields)
}

/** Registers somebody with an address, who then forgets the password. @returns what stands in the mails */
export async function inTwoMails(
  { app, mailbox }: Pick<Awaited<ReturnType<typeof build>>, 'app' | 'mailbox'>,
  username = 'ada',
) {
  const verification = await claimed({ app, mailbox }, username, `${username.toLowerCase()}@example.com`)
  await askReset(app, username)
  const [mail] = await mailbox.collect(app)
  return { verification, reset: { mail, token: tokenOf(mail), code: codeOf(mail) } }
}

interface Answer {
  statusCode: number
  headers: Record<string, unknown>
  body: string
}

/** What a page is, in short: status and title, or where it leads. */
export function pageOf({ statusCode, headers, body }: Answer): string {
  return statusCode === 303 ? `303 ${headers.location}` : `${statusCode} ${between(body, '<h1>', '</h1>')}`
}

/** What a page says is wrong, by field; under '' with all of it. */
export function faultsOf({ body }: { body: string }): Record<string, string> {
  const faults = [...body.matchAll(/<p class="error( alert)?" (?:id="(\w+)-note")?[^>]*>([^<]*)<\/p>/g)]
  return Object.fromEntries(faults.map(([, , field = '', message = '']) => [field, message]))
}

/** The input of a field, as it stands in the page. */
export function inputOf({ body }: { body: string }, name: string): string {
  return new RegExp(`<input class="field" id="${name}"[^>]*>`).exec(body)?.[0] ?? ''
}

function between(text: string, start: string, end: string) {
  return text.split(start)[1]?.split(end)[0]
}
