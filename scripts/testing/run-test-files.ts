import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Report } from './messages.ts'
import { type Lane, lanes, type TestFile } from './test-files.ts'

export interface Result {
  file: string
  lane: Lane
  seconds: number
  passed: number
  failed: number
}

interface Options {
  /** The number of processes that run at the same time. */
  jobs: number
  /** The module that loads the compiled sources in workers. */
  loader: string
  environmentFor: (lane: Lane) => NodeJS.ProcessEnv
  onReport: (report: Report) => void
}

/** A worker is killed if it neither finishes a file nor reports anything for this long. */
const silenceMs = 600_000

/** The maximum number of files that one process loads, because its memory grows with each file. */
const filesPerWorker = 40

/** Runs test files, several per process, lane by lane. */
export async function runTestFiles(files: TestFile[], options: Options): Promise<Result[]> {
  const queue = lanes.flatMap((lane) => files.filter((file) => file.lane === lane))
  const results: Result[] = []
  const takeNext = (lane?: Lane) => {
    const index = queue.findIndex((file) => lane === undefined || (file.lane === lane && !file.isAlone))
    return index === -1 ? undefined : queue.splice(index, 1)[0]
  }

  const workUntilDone = async () => {
    for (let first = takeNext(); first !== undefined; first = takeNext()) {
      await runInOneProcess(first, () => takeNext(first?.lane), options, results)
    }
  }
  await Promise.all(Array.from({ length: options.jobs }, workUntilDone))
  return results
}

async function runInOneProcess(
  first: TestFile,
  takeNext: () => TestFile | undefined,
  { loader, environmentFor, onReport }: Options,
  results: Result[],
) {
  const worker = fork(new URL('worker.ts', import.meta.url), {
    execArgv: [`--import=${loader}`],
    env: { ...process.env, ...environmentFor(first.lane) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const exited = once(worker, 'exit')
  let current: TestFile | undefined = first
  // The output of the product is shown only when a test fails.
  let printed = ''
  for (const stream of [worker.stdout, worker.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  }
  let failedIn = 0
  let remaining = filesPerWorker

  const watchdog = setTimeout(() => worker.kill('SIGKILL'), silenceMs)
  worker.on('message', (report: Report) => {
    watchdog.refresh()
    if (!('kind' in report)) return
    if (report.kind === 'failed') failedIn++
    if (report.kind === 'ready') return assign(worker, current)
    if (report.kind === 'finished') {
      const { file, seconds, passed, failed } = report
      if (failed > 0 && printed !== '') onReport({ kind: 'printed', file, text: printed })
      printed = ''
      results.push({ file, lane: first.lane, seconds, passed, failed })
      const isLast = first.isAlone || report.isWornOut || --remaining === 0
      current = isLast ? undefined : takeNext()
      assign(worker, current)
    }
    onReport(report)
  })

  const [code, signal] = await exited
  clearTimeout(watchdog)
  const reason = signal === null ? `exit code ${code}` : `signal ${signal}`
  if (current !== undefined) {
    fail(current.path, `the process ended with ${reason} before the file was finished`)
  } else if (code !== 0 && failedIn === 0) {
    fail(first.path, `the process of this file and others ended with ${reason} after their last test`)
  }

  function fail(file: string, test: string) {
    onReport({ kind: 'failed', file, test, details: printed })
    results.push({ file, lane: first.lane, seconds: 0, passed: 0, failed: 1 })
  }
}

function assign(worker: ChildProcess, file: TestFile | undefined) {
  if (file === undefined) worker.disconnect()
  else worker.send({ file: file.path })
}
