import { readFile } from 'node:fs/promises'
import type { InitializeHook, LoadHook } from 'node:module'

/** The project, and what was compiled of it: URLs that end with a slash. */
export interface Places {
  sources: string
  compiled: string
}

let places: Places

export const initialize: InitializeHook<Places> = (data) => {
  places = data
}

/** A module keeps the URL of its TypeScript, from which it finds its neighbours. */
export const load: LoadHook = async (url, context, nextLoad) => {
  if (!url.startsWith(places.sources) || !url.endsWith('.ts')) return nextLoad(url, context)
  const source = await readFile(new URL(`${url.slice(places.sources.length)}.js`, places.compiled))
  return { format: 'module', source, shortCircuit: true }
}
