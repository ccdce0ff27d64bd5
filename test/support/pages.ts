/* Sends the forms of the pages and reads the pages. */
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

/** Registers a user who then requests a password reset. @returns the links and codes of both messages */
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

/** A page in short: status and heading, or where it redirects. */
export function pageOf({ statusCode, headers, body }: Answer): string {
  return statusCode === 303 ? `303 ${headers.location}` : `${statusCode} ${between(body, '<h1>', '</h1>')}`
}

/** The error messages of a page by field; '' stands for the whole form. */
export function faultsOf({ body }: { body: string }): Record<string, string> {
  const faults = [...body.matchAll(/<p class="error( alert)?" (?:id="(\w+)-note")?[^>]*>([^<]*)<\/p>/g)]
  return Object.fromEntries(faults.map(([, , field = '', message = '']) => [field, message]))
}

/** The HTML of a field's input. */
export function inputOf({ body }: { body: string }, name: string): string {
  return new RegExp(`<input class="field" id="${name}"[^>]*>`).exec(body)?.[0] ?? ''
}

function between(text: string, start: string, end: string) {
  return text.split(start)[1]?.split(end)[0]
}
