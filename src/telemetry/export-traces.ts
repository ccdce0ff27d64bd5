import { errorCodeOf } from '../lib/error-code.ts'
import { withTimeout } from '../lib/with-timeout.ts'

/** How long the remaining spans are exported, in milliseconds of real time. */
export const maxTraceEndMs = 2_000

/** The package that exports traces. Few operators need it, and it is larger than Latchkey, so they install it. */
const sdkPackage = '@opentelemetry/sdk-node'

interface Sdk {
  start: () => void
  shutdown: () => Promise<void>
}

/** Traces that the process exports. */
export interface TraceExport {
  /** Exports the remaining spans. */
  end: () => Promise<void>
}

/**
 * Starts the export of traces if the standard variables of OpenTelemetry ask for it.
 * @param environment the variables, also those of `.env`
 * @param onMissing called with a message for the operator if the package is missing
 * @returns undefined if no traces are wanted or the package is missing
 */
export async function startTraceExport(
  environment: NodeJS.ProcessEnv,
  onMissing: (message: string) => void,
): Promise<TraceExport | undefined> {
  if (!areTracesWanted(environment)) return undefined
  const { isSpanContextValid, trace } = await import('@opentelemetry/api')
  // A module that Node.js loaded with --import may have started an SDK.
  const probe = trace.getTracer('latchkey').startSpan('start')
  if (isSpanContextValid(probe.spanContext())) return { end: async () => {} }
  const sdk = await createSdk(environment)
  if (sdk === undefined) {
    onMissing(
      `traces are not exported: to export them, run npm install --no-save ${sdkPackage} where Latchkey is installed`,
    )
    return undefined
  }
  sdk.start()
  // A collector that does not answer must not delay the end of the service.
  return { end: () => withTimeout(maxTraceEndMs, sdk.shutdown()).catch(() => {}) }
}

function areTracesWanted(environment: NodeJS.ProcessEnv): boolean {
  const { OTEL_SDK_DISABLED: disabled, OTEL_TRACES_EXPORTER: exporter } = environment
  if (disabled?.toLowerCase() === 'true' || exporter === 'none') return false
  return [exporter, environment.OTEL_EXPORTER_OTLP_ENDPOINT, environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT].some(
    (value) => value !== undefined && value !== '',
  )
}

/** The SDK reads its variables from the process. */
async function createSdk(environment: NodeJS.ProcessEnv): Promise<Sdk | undefined> {
  const NodeSDK = await loadSdk()
  if (NodeSDK === undefined) return undefined
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith('OTEL_')) process.env[name] = value
  }
  process.env.OTEL_SERVICE_NAME ??= 'latchkey'
  return new NodeSDK({ instrumentations: [] })
}

async function loadSdk(): Promise<(new (options: { instrumentations: [] }) => Sdk) | undefined> {
  try {
    const { NodeSDK } = await import(sdkPackage)
    return NodeSDK
  } catch (error) {
    if (errorCodeOf(error) === 'ERR_MODULE_NOT_FOUND') return undefined
    throw error
  }
}
