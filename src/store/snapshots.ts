import type { Database } from 'better-sqlite3'

/**
 * Lets the reads of one turn of the event loop share a read transaction: taking and giving back the
 * locks of each one costs more than the read. What is read is never older than the turn, and so than
 * the requests that are answered in it; `close` is for after a commit of our own within one.
 */
export function createSnapshots (reader: Database) {
  const begin = reader.prepare('begin')
  const commit = reader.prepare('commit')

  function close () {
    if (reader.inTransaction) commit.run()
  }

  return {
    close,

    read<T> (work: () => T): T {
      if (!reader.inTransaction) {
        begin.run()
        setImmediate(() => { if (reader.open) close() })
      }
      return work()
    },
  }
}
