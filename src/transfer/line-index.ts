import BetterSqlite from 'better-sqlite3'

export type Seen = ReturnType<typeof openSeen>

/**
 * Remembers on which line of a file something stood, in a few megabytes however much it is: a private
 * file of SQLite, which has no name and is gone when it is closed.
 */
export function openSeen() {
  const file = new BetterSqlite('')
  file.pragma('cache_size = -2000')
  file.exec('create table seen (kind text, text text, line integer, primary key (kind, text)) without rowid')
  const find = file.prepare<[string, string], number>('select line from seen where kind = ? and text = ?').pluck()
  const insert = file.prepare('insert into seen values (?, ?, ?)')

  return {
    lineOf: (kind: string, text: string) => find.get(kind, text),

    note(kind: string, text: string, line: number) {
      insert.run(kind, text, line)
    },

    /** What is noted from now on counts once it is kept. */
    begin() {
      if (file.inTransaction) file.exec('rollback')
      file.exec('begin')
    },

    keep() {
      file.exec('commit')
    },

    close() {
      file.close()
    },
  }
}
