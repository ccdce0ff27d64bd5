import { StartError } from '../../errors/index.ts'
import { errorCodeOf } from '../../lib/error-code.ts'

/** Whether an error means that the database is unreachable, full or locked. */
export function isUnavailable(error: unknown): boolean {
  return hasCode(error, /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN)/)
}

/** Whether an error means that another connection holds a lock. */
export function isBusy(error: unknown): boolean {
  return hasCode(error, /^SQLITE_BUSY/)
}

/** Whether an error has a code that matches a pattern. */
export function hasCode(error: unknown, pattern: RegExp) {
  return pattern.test(errorCodeOf(error) ?? '')
}

/**
 * Makes an error that tells the operator what is wrong with a database file, and what to do.
 * @param path the path of the database
 * @param cause the error to explain
 * @returns undefined for errors that have another cause
 */
export function startErrorOf(path: string, cause: unknown): StartError | undefined {
  if (hasCode(cause, /^SQLITE_(NOTADB|CORRUPT)/)) return damaged(path, cause)
  if (isBusy(cause)) {
    return new StartError(
      [`The database ${path} is locked by another program. Wait until it has finished, or stop it.`],
      { cause },
    )
  }
  if (
    hasCode(cause, /^(SQLITE_(CANTOPEN|READONLY)|EROFS$|EACCES$)/) ||
    (cause instanceof TypeError && /directory/.test(cause.message))
  ) {
    return new StartError(
      [
        `The database ${path} cannot be opened for writing. Check that its folder exists, that you have write ` +
          'permission, and that its file system is not read-only.',
      ],
      { cause },
    )
  }
  return undefined
}

/** Makes the error for a file that cannot be read as a database. */
export function damaged(path: string, cause?: unknown): StartError {
  return new StartError([`${path} is damaged or not a SQLite database. Restore a backup: latchkey restore FILE`], {
    cause,
  })
}
