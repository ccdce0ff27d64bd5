/** The first words of SQL that are named in metrics and traces. */
const operations = new Set(['select', 'insert', 'update', 'delete', 'with', 'begin', 'commit', 'rollback'])

/** Names what a statement does by its first word, or `other`. */
export function operationOf(sql: string): string {
  const word = /^\w+/.exec(sql)?.[0].toLowerCase() ?? ''
  return operations.has(word) ? word : 'other'
}
