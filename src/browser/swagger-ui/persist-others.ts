import type { Action } from './system.ts'

const key = 'authorized'

/** Keeps the tokens of sessions out of what Swagger UI stores with `persistAuthorization`. */
export function persistOthers(isSession: (name: string) => boolean): Action<[]> {
  return (original) => () => {
    const result = original()
    const stored = read()
    if (Object.keys(stored).some(isSession)) {
      const others = Object.entries(stored).filter(([name]) => !isSession(name))
      localStorage.setItem(key, JSON.stringify(Object.fromEntries(others)))
    }
    return result
  }
}

/** @returns nothing where the browser blocks storage, or something else has written there */
function read(): object {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
    return typeof stored === 'object' && stored !== null ? stored : {}
  } catch {
    return {}
  }
}
