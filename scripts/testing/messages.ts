/** From the runner to a worker. Without further files the channel is closed. */
export interface Assignment {
  file: string
}

/** From a worker to the runner. */
export type Report =
  | { kind: 'ready' }
  | { kind: 'failed'; file: string; test: string; details: string }
  | { kind: 'skipped'; file: string; test: string; reason: string }
  /** The standard output and error of a file with failures. */
  | { kind: 'printed'; file: string; text: string }
  | { kind: 'finished'; file: string; seconds: number; passed: number; failed: number; isWornOut: boolean }
