export { createMetrics, type Metrics, metricsContentType } from './metrics.ts'
export { createTelemetry, type Telemetry } from './telemetry.ts'
