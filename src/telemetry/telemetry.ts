import type { OnHash } from '../passwords/index.ts'
import type { OnStatement } from '../store/index.ts'
import type { Delivery } from '../mail/index.ts'
import { createMetrics, type Metrics, type MetricsOptions } from './metrics.ts'

interface Options extends MetricsOptions {
  hasMetrics: boolean
}

/** What the services report to. Each function is undefined if nothing listens, so that they measure nothing then. */
export interface Telemetry {
  metrics: Metrics | undefined
  onStatement: OnStatement | undefined
  onHash: OnHash | undefined
  onDelivery: ((delivery: Delivery) => void) | undefined
}

/** Creates the metrics of one instance if they are on. */
export async function createTelemetry({ hasMetrics, ...options }: Options): Promise<Telemetry> {
  const metrics = hasMetrics ? await createMetrics(options) : undefined
  return {
    metrics,
    onStatement: metrics?.onStatement,
    onHash: metrics?.onHash,
    onDelivery: metrics?.onDelivery,
  }
}
