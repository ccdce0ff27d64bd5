import BetterSqlite from 'better-sqlite3'

/**
 * Remembers on which line of a file a value occurred. It needs only a few megabytes of memory for any file, since the
 * values are in a temporary SQLite file without a name, which is deleted when it is closed.
 */
export function createLineIndex() {
  const file = new BetterSqlite('')
  file.pragma('cache_size = -2000')
  file.exec('create table lines (kind, value text, line integer, primary key (kind, value)) without rowid')
  const select = file.prepare<[string, string], number>('select line from lines where kind = ? and value = ?').pluck()
  const insert = file.prepare('insert into lines values (?, ?, ?)')

  return {
    find: (kind: string, value: string) => select.get(kind, value),

    add(kind: string, value: string, line: number) {
      insert.run(kind, value, line)
    },

    /** Begins a batch, and rolls back one that was not committed. */
    begin() {
      if (file.inTransaction) file.exec('rollback')
      file.exec('begin')
    },

    commit() {
      file.exec('commit')
    },

    close() {
      file.close()
    },
  }
}
