import type { ImmutableMap, WrapComponent } from './system.ts'

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

/** Says what the filter compares, which is less without this plugin. */
export const describeFilter: WrapComponent = (Original, { React: { createElement: h, useEffect } }) =>
  function Filter(props) {
    useEffect(() => {
      const field = document.querySelector<HTMLInputElement>('.operation-filter-input')
      if (field !== null) field.placeholder = 'Filter by tag, path, method or summary'
      return () => {}
    }, [])
    return h(Original, props)
  }

/** Says that the filter finds nothing. Swagger UI says that the document has no operations. */
export const explainNoHits: WrapComponent = (Original, { React: { createElement: h }, ...system }) =>
  function Operations(props) {
    const hasHits = system.specSelectors.taggedOperations().size > 0
    return hasHits || !system.layoutSelectors.currentFilter()
      ? h(Original, props)
      : h('h3', { role: 'status' }, 'No operation matches the filter.')
  }
