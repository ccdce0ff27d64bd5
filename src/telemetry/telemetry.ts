import type { Delivery } from '../mail/index.ts'
import type { OnHash } from '../passwords/index.ts'
import type { OnStatement } from '../store/index.ts'
import { createMetrics, type Metrics, type MetricsOptions } from './metrics.ts'
import { createTracing, type Tracing } from './tracing.ts'

interface Options extends MetricsOptions {
  hasMetrics: boolean
  hasTraces: boolean
}

/** What the services report to. Each function is undefined if nothing listens, so that they measure nothing then. */
export interface Telemetry {
  metrics: Metrics | undefined
  tracing: Tracing | undefined
  onStatement: OnStatement | undefined
  onHash: OnHash | undefined
  onDelivery: ((delivery: Delivery) => void) | undefined
}

/** Creates the metrics and the tracing of one instance, as far as they are on. */
export async function createTelemetry({ hasMetrics, hasTraces, version, ...options }: Options): Promise<Telemetry> {
  const metrics = hasMetrics ? await createMetrics({ version, ...options }) : undefined
  const tracing = hasTraces ? await createTracing(version) : undefined
  return {
    metrics,
    tracing,
    onStatement: both(metrics?.onStatement, tracing?.onStatement),
    onHash: both(metrics?.onHash, tracing?.onHash),
    onDelivery: both(metrics?.onDelivery, tracing?.onDelivery),
  }
}

function both<Value>(
  first: ((value: Value) => void) | undefined,
  second: ((value: Value) => void) | undefined,
): ((value: Value) => void) | undefined {
  if (first === undefined || second === undefined) return first ?? second
  return (value) => {
    first(value)
    second(value)
  }
}
