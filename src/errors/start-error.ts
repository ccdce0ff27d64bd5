/** A command or the service cannot start. Each fault is one line for the operator. */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly code = 'start_refused'
  readonly faults: string[]

  constructor(faults: string[], { cause }: { cause?: unknown } = {}) {
    super(faults.join('\n'), { cause })
    this.faults = faults
  }
}
