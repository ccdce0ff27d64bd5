import { type Static, type TObject, Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Html } from '../../src/lib/html.ts'
import { renderPage } from './render-page.ts'

/** A field of a form. It has no rules here: what is wrong with it is shown beside it. */
export const FormField = Type.Optional(Type.String())

/** Selects a view of a page. Other parameters of the URL are ignored. */
const PageQuery = Type.Object({ view: Type.Optional(Type.Unknown()) })

export interface Page {
  title: string
  body: Html
  /** HTTP status; 200 by default. */
  status?: number | undefined
  headers?: Record<string, string> | undefined
}

export function sendPage(
  { config: { productName: name, productColor: color } }: FastifyInstance,
  reply: FastifyReply,
  { status = 200, headers = {}, ...page }: Page,
) {
  return reply.code(status).headers(headers).type('text/html; charset=utf-8').send(renderPage({ name, color }, page))
}

/** Registers the GET route of a page, which shows one of its views and changes nothing. */
export function registerViews(
  scope: FastifyInstance,
  url: string,
  { views, defaultPage }: { views: Map<unknown, Page>; defaultPage: Page },
) {
  scope.get<{ Querystring: Static<typeof PageQuery> }>(
    url,
    { schema: { hide: true, querystring: PageQuery } },
    async ({ query: { view } }, reply) => sendPage(scope, reply, views.get(view) ?? defaultPage),
  )
}

/** The schema of a route that takes the form of a page. */
export function formSchema<Form extends TObject>(form: Form) {
  return { hide: true, querystring: PageQuery, body: form }
}

/** The view of the same page that says what has been done. */
export interface ViewRedirect {
  view: string
}

/** A redirect after a POST (RFC 9110 15.4.4), so that reloading repeats nothing; or a page. */
export function sendPageOrRedirect(scope: FastifyInstance, reply: FastifyReply, result: Page | ViewRedirect) {
  return 'view' in result ? reply.redirect(`?view=${result.view}`, 303) : sendPage(scope, reply, result)
}
