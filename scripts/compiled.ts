/*
 * Loads the modules that compile() has compiled. Compiling the project in each test process would take longer than most
 * tests. It is for node --import, with the project as the working directory.
 */
import { register } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { CompiledFolders } from './compiled-hooks.ts'

const data: CompiledFolders = {
  sources: pathToFileURL('./').href,
  compiled: new URL('../', import.meta.url).href,
}
register('./compiled-hooks.ts.js', import.meta.url, { data })
