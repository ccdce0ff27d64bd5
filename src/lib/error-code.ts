/** Returns the code that Node.js, a database or a library has given to an error; undefined if there is none. */
export function errorCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
