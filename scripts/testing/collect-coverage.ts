/*
 * Records which code of the product this process runs, in the folder that TEST_COVERAGE_FOLDER names. It records only
 * whether code has run, not how often, so that V8 can drop a counter after its first hit. Workers load it before
 * everything else, and so do the processes that they start, with --import.
 */
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { type Profiler, Session } from 'node:inspector'
import { join } from 'node:path'

const { TEST_COVERAGE_FOLDER: folder } = process.env
if (folder !== undefined) collectInto(folder)

function collectInto(folder: string) {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: true })
  process.once('exit', () => {
    // A session in the same process calls back before the call returns.
    session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error !== null) throw error
      const scripts: Profiler.ScriptCoverage[] = taken.result.filter(
        ({ url }) => url.startsWith('file:') && !url.includes('/node_modules/'),
      )
      writeFileSync(join(folder, `${process.pid}-${randomUUID()}.json`), JSON.stringify(scripts))
    })
  })
}
