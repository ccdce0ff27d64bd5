/** A message from the runner to a worker. When there are no more files, the runner closes the channel. */
export interface Assignment {
  file: string
}

/** A message from a worker to the runner. */
export type Report =
  | { kind: 'ready' }
  | { kind: 'failed'; file: string; test: string; details: string }
  | { kind: 'skipped'; file: string; test: string; reason: string }
  /** The output of a file with failures, on standard output and standard error. */
  | { kind: 'printed'; file: string; text: string }
  | { kind: 'finished'; file: string; seconds: number; passed: number; failed: number; isWornOut: boolean }
