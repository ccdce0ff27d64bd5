/*
 * Loads the modules that compile() has compiled, because compiling the project again in each test process would take
 * longer than most tests. For node --import, with the project as the working directory.
 */
import { register } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { CompiledFolders } from './compiled-hooks.ts'

const data: CompiledFolders = {
  sources: pathToFileURL('./').href,
  compiled: new URL('../', import.meta.url).href,
}
register('./compiled-hooks.ts.js', import.meta.url, { data })
