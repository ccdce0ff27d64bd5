import { writeFileSync } from 'node:fs'
import { type Profiler, Session } from 'node:inspector'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { measuredFolders } from './coverage.ts'

/**
 * Records which code of the product this process runs. It asks only whether code has run, not how often,
 * so that V8 can drop its counters once they have been hit.
 * @returns writes the record into the folder
 */
export function collectCoverage(folder: string): () => void {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: true })
  const measured = measuredFolders.map((name) => pathToFileURL(`${name}/`).href)
  return () => {
    let scripts: Profiler.ScriptCoverage[] = []
    // In the same process the answer comes before the call returns.
    session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error !== null) throw error
      scripts = taken.result.filter(({ url }) => measured.some((start) => url.startsWith(start)))
    })
    writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify(scripts))
  }
}
