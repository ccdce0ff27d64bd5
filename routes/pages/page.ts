import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Html } from '../../src/html.ts'
import { pageOf } from './layout.ts'

/** What somebody types into a form; may be empty. */
export const Typed = Type.String({ format: 'text', maxLength: 1024 })

export interface Page {
  title: string
  body: Html
  takesLink?: boolean
  status?: number
}

export function sendPage ({ config: { productName: name, productColor: color } }: FastifyInstance, reply: FastifyReply, { status = 200, ...page }: Page) {
  return reply.code(status).type('text/html; charset=utf-8').send(pageOf({ name, color }, page))
}
