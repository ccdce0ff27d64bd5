export { maxTraceEndMs, startTraceExport, type TraceExport } from './export-traces.ts'
export { type Metrics, metricsContentType } from './metrics.ts'
export { createTelemetry, type Telemetry } from './telemetry.ts'
export type { ServerSpan, Tracing } from './tracing.ts'
