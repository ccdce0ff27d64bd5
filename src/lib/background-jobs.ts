import { withTimeout } from './with-timeout.ts'

/** Work that every instance repeats in the background. No request waits for it. */
export interface BackgroundJob {
  /** The name in log messages. */
  name: string
  everyMs: number
  run: () => Promise<void>
}

/** When the service stops, it waits for running jobs for at most this long. */
const maxStopMs = 5_000

/** Deletes at most `max` expired rows and returns the number of deleted rows. */
type DeleteExpired = (max: number) => Promise<number>

/** So few that other transactions wait for a few milliseconds only. */
const maxRowsPerDelete = 200

/**
 * Repeats jobs until they are stopped.
 * @param jobs the jobs
 * @param onFailure called when a job fails, but not for further failures until the job has succeeded
 * @returns a function that stops the jobs, and waits up to five seconds for those that are running
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

/** Deletes all expired rows, in many small transactions. */
export async function deleteAllExpired(deletions: DeleteExpired[]): Promise<void> {
  for (const deleteExpired of deletions) while ((await deleteExpired(maxRowsPerDelete)) === maxRowsPerDelete);
}
