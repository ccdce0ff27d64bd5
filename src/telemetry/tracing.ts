import type { Attributes, Context, Span } from '@opentelemetry/api'
import type { Delivery } from '../mail/index.ts'
import type { OnHash } from '../passwords/index.ts'
import type { Statement } from '../store/index.ts'
import { operationOf } from './operation.ts'

export type Tracing = Awaited<ReturnType<typeof createTracing>>

interface TracedRequest {
  method: string
  /** The pattern of the route; undefined if no route matches. */
  route: string | undefined
  id: string
  headers: Record<string, string | string[] | undefined>
}

/** The span of a request, and the context in which its other spans are created. */
export interface ServerSpan {
  span: Span
  context: Context
}

/**
 * Creates spans with the OpenTelemetry API: one for each request, hash, statement and e-mail. An SDK that the
 * process has registered exports them. No span contains a value of a request or of a statement.
 */
export async function createTracing(version: string) {
  const { context, propagation, SpanKind, SpanStatusCode, trace } = await import('@opentelemetry/api')
  const tracer = trace.getTracer('latchkey', version)

  /** Records a span of work that has ended at this moment. */
  function record(
    name: string,
    {
      kind,
      durationMs,
      attributes,
      hasFailed = false,
    }: {
      kind: (typeof SpanKind)[keyof typeof SpanKind]
      durationMs: number
      attributes: Attributes
      hasFailed?: boolean
    },
  ) {
    const endTime = performance.timeOrigin + performance.now()
    const span = tracer.startSpan(name, { kind, attributes, startTime: endTime - durationMs })
    if (hasFailed) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end(endTime)
  }

  return {
    /** Starts the span of a request, which continues the trace of its `traceparent`. */
    startRequest({ method, route, id, headers }: TracedRequest): ServerSpan {
      const active = context.active()
      // The instrumentation of a host may have read the headers already.
      const parent = trace.getSpan(active) === undefined ? propagation.extract(active, headers) : active
      const span = tracer.startSpan(
        route === undefined ? method : `${method} ${route}`,
        {
          kind: SpanKind.SERVER,
          attributes: {
            'http.request.method': method,
            ...(route === undefined ? {} : { 'http.route': route }),
            'latchkey.request_id': id,
          },
        },
        parent,
      )
      return { span, context: trace.setSpan(parent, span) }
    },

    endRequest({ span }: ServerSpan, status: number): void {
      span.setAttribute('http.response.status_code', status)
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    },

    /** Runs work in the context of a request, so that its spans belong to that of the request. */
    runIn: (request: ServerSpan, work: () => void): void => context.with(request.context, work),

    onStatement({ sql, durationMs, hasFailed }: Statement): void {
      // Background jobs query the database every second.
      if (trace.getActiveSpan() === undefined) return
      const operation = operationOf(sql)
      record(operation.toUpperCase(), {
        kind: SpanKind.CLIENT,
        durationMs,
        attributes: { 'db.operation.name': operation, 'db.query.text': sql },
        hasFailed,
      })
    },

    onHash({ waitMs, durationMs }: Parameters<OnHash>[0]): void {
      record('hash password', {
        kind: SpanKind.INTERNAL,
        durationMs,
        attributes: { 'latchkey.hash.wait_ms': waitMs },
      })
    },

    onDelivery({ kind, outcome, durationMs }: Delivery): void {
      record('send mail', {
        kind: SpanKind.CLIENT,
        durationMs,
        attributes: { 'latchkey.mail.kind': kind, 'latchkey.mail.outcome': outcome },
        hasFailed: outcome !== 'sent',
      })
    },
  }
}
