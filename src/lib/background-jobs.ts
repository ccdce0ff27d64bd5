import { withTimeout } from './with-timeout.ts'

/** Work that every instance repeats by itself. No request waits for it. */
export interface BackgroundJob {
  /** The name in log messages. */
  name: string
  everyMs: number
  run: () => Promise<void>
}

/** How long a running job is waited for when the service ends. */
const maxStopMs = 5_000

/** Deletes expired rows and returns how many it deleted, at most `max`. */
type DeleteExpired = (max: number) => Promise<number>

/** Few enough that other transactions wait for some milliseconds only. */
const maxRowsPerDelete = 200

/**
 * Repeats jobs until they are stopped.
 * @param onFailure called when a job fails, and not again until it has succeeded
 * @returns stops the jobs, and waits a while for those that are running
 */
export function startBackgroundJobs(
  jobs: BackgroundJob[],
  onFailure: (job: BackgroundJob, error: unknown) => void,
): () => Promise<void> {
  const stops = jobs.map((job) => startJob(job, onFailure))
  return async () => {
    await Promise.all(stops.map((stop) => stop()))
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
    await withTimeout(maxStopMs, running).catch(() => {})
  }
}

/** Deletes all expired rows, in small transactions of their own. */
export async function deleteAllExpired(deletions: DeleteExpired[]): Promise<void> {
  for (const deleteExpired of deletions) while ((await deleteExpired(maxRowsPerDelete)) === maxRowsPerDelete);
}
