import { withTimeout } from './with-timeout.ts'

/** Work that every instance repeats in the background. No request waits for it. */
export interface BackgroundJob {
  /** The name in log messages. */
  name: string
  everyMs: number
  run: () => Promise<void>
}

/** When the service stops, it waits for running jobs for at most this long. */
export const maxJobStopMs = 5_000

/** Deletes or changes at most `max` rows and returns their number. */
type Batch = (max: number) => Promise<number>

/** Deleting this many takes a few milliseconds, for which other transactions wait. */
const maxRowsPerBatch = 200

/**
 * Repeats jobs until they are stopped.
 * @param jobs the jobs
 * @param onFailure called when a job fails, but not for further failures until the job has succeeded
 * @returns a function that stops the jobs, and waits up to five seconds for those that are running; further calls wait
 *   for the same end
 */
export function startBackgroundJobs(
  jobs: BackgroundJob[],
  onFailure: (job: BackgroundJob, error: unknown) => void,
): () => Promise<void> {
  const stops = jobs.map((job) => startJob(job, onFailure))
  let stopped: Promise<unknown> | undefined
  return async () => {
    stopped ??= Promise.all(stops.map((stop) => stop()))
    await stopped
  }
}

function startJob(job: BackgroundJob, onFailure: (job: BackgroundJob, error: unknown) => void) {
  let running = Promise.resolve()
  let isFailing = false
  const timer = setInterval(() => {
    running = job.run().then(
      () => {
        isFailing = false
      },
      (error) => {
        if (!isFailing) onFailure(job, error)
        isFailing = true
      },
    )
  }, job.everyMs).unref()
  return async () => {
    clearInterval(timer)
    await withTimeout(maxJobStopMs, running).catch(() => {})
  }
}

/** Deletes all expired rows, in many small transactions, until `stopping` is aborted. */
export async function deleteAllExpired(deletions: Batch[], stopping: AbortSignal): Promise<void> {
  for (const deleteExpired of deletions) await repeatBatch(deleteExpired, stopping)
}

/** Repeats a batch until there are no more rows for it, or `stopping` is aborted, in many small transactions. */
export async function repeatBatch(runBatch: Batch, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted && (await runBatch(maxRowsPerBatch)) === maxRowsPerBatch);
}
