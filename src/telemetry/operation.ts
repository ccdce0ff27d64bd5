const firstWords = ['select', 'insert', 'update', 'delete', 'with', 'begin', 'commit', 'rollback']

/** How metrics and traces name what statements do. */
export const operations = [...firstWords, 'other']

/** Names what a statement does by its first word, or `other`. */
export function operationOf(sql: string): string {
  const word = /^\w+/.exec(sql)?.[0].toLowerCase() ?? ''
  return firstWords.includes(word) ? word : 'other'
}
