import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Html } from '../../src/lib/html.ts'
import { pageOf } from './layout.ts'

/** What somebody types into a form is judged with the form: it is shown beside the field. */
export const Typed = Type.Optional(Type.String())

/** Which view of a page is asked for. Whatever else stands in an address means nothing. */
export const Query = Type.Object({ view: Type.Optional(Type.Unknown()) })

export interface Page {
  title: string
  body: Html
  /** Of the answer; 200 without it. */
  status?: number | undefined
  headers?: Record<string, string> | undefined
}

export function sendPage(
  { config: { productName: name, productColor: color } }: FastifyInstance,
  reply: FastifyReply,
  { status = 200, headers = {}, ...page }: Page,
) {
  return reply.code(status).headers(headers).type('text/html; charset=utf-8').send(pageOf({ name, color }, page))
}

/** A page, or the view of the same page that says what has been done. */
export type Outcome = Page | { view: string }

/** What has been done is shown at an address of its own (RFC 9110 15.4.4): to load that again does nothing again. */
export function sendOutcome(scope: FastifyInstance, reply: FastifyReply, outcome: Outcome) {
  return 'view' in outcome ? reply.redirect(`?view=${outcome.view}`, 303) : sendPage(scope, reply, outcome)
}
