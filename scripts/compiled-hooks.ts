import { readFile } from 'node:fs/promises'
import type { InitializeHook, LoadHook } from 'node:module'

/** The folders of the sources and of their compiled modules, as URLs that end with a slash. */
export interface CompiledFolders {
  sources: string
  compiled: string
}

let folders: CompiledFolders

export const initialize: InitializeHook<CompiledFolders> = (data) => {
  folders = data
}

/** A compiled module keeps the URL of its source, so that relative imports work. */
export const load: LoadHook = async (url, context, nextLoad) => {
  if (!url.startsWith(folders.sources) || !url.endsWith('.ts')) return nextLoad(url, context)
  const source = await readFile(new URL(`${url.slice(folders.sources.length)}.js`, folders.compiled))
  return { format: 'module', source, shortCircuit: true }
}
