import type { ImmutableMap } from './system.ts'

/** Keeps the operations whose tag, method, path, id or summary has every word of the phrase. */
export function filterOperations(tags: ImmutableMap, phrase: string): ImmutableMap {
  const words = phrase.toLowerCase().split(/\s+/).filter(Boolean)
  const matches = (...texts: unknown[]) => words.every((word) => texts.join(' ').toLowerCase().includes(word))
  return tags
    .map((group, tag) =>
      group.update('operations', (operations) =>
        operations.filter((entry) => {
          const operation = entry.get('operation') as ImmutableMap
          return matches(
            tag,
            entry.get('method'),
            entry.get('path'),
            operation.get('operationId'),
            operation.get('summary'),
          )
        }),
      ),
    )
    .filter((group) => (group.get('operations') as ImmutableMap).size > 0)
}
