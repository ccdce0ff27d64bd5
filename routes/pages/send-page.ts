import { type Static, type TObject, Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { uncheckedText } from '../../plugins/schema-compilers.ts'
import { html, type Html } from '../../src/lib/html.ts'
import { renderExit } from './exit.ts'
import { renderPage } from './render-page.ts'

/** A field of a form. It has no rules here: the page checks it, and shows what is wrong beside it. */
export const FormField = Type.Optional(Type.String({ format: uncheckedText }))

/** Selects a view of a page, and the URL it links to. Other parameters are ignored. */
const PageQuery = Type.Object({ view: Type.Optional(Type.Unknown()), redirect_to: Type.Optional(Type.Unknown()) })

export interface Page {
  title: string
  body: Html
  /** HTTP status; 200 by default. */
  status?: number | undefined
  headers?: Record<string, string> | undefined
  /** Set if the flow ends here. The page then links to the app. */
  end?: 'done' | 'failed'
}

/** @param redirectTo the URL that the app requested, if the operator lists it */
export function sendPage(
  { config }: FastifyInstance,
  reply: FastifyReply,
  { status = 200, headers = {}, title, body, end }: Page,
  redirectTo?: string,
) {
  const { productName: name, productColor: color } = config
  const exit = end && renderExit(config, end, redirectTo)
  const page = { title, body: html`${body}${exit}` }
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
    async ({ query: { view, redirect_to: redirectTo } }, reply) =>
      sendPage(scope, reply, views.get(view) ?? defaultPage, scope.oneTimeTokens.redirects.find(redirectTo)),
  )
}

/** The schema of a route that accepts the form of a page. */
export function formSchema<Form extends TObject>(form: Form) {
  return { hide: true, querystring: PageQuery, body: form }
}

/** Redirects to the view that reports the success. */
export interface ViewRedirect {
  view: string
  /** The URL that the app requested, which the view links to. */
  redirectTo?: string | undefined
}

/** Redirects after a successful POST (RFC 9110 15.4.4), so that reloading does not repeat it. */
export function sendPageOrRedirect(scope: FastifyInstance, reply: FastifyReply, result: Page | ViewRedirect) {
  if (!('view' in result)) return sendPage(scope, reply, result)
  const { view, redirectTo } = result
  const more = redirectTo === undefined ? '' : `&redirect_to=${encodeURIComponent(redirectTo)}`
  return reply.redirect(`?view=${view}${more}`, 303)
}
