import { format } from 'node:util'

/** The fields of a failed tap assertion, the most useful first. */
const shownFields = ['error', 'cause', 'diff', 'found', 'wanted', 'compare', 'pattern', 'source', 'at', 'stack']

/**
 * Describes a failed assertion.
 * @param diagnostics the fields that tap reports
 */
export function describeFailure(diagnostics: unknown): string {
  if (typeof diagnostics !== 'object' || diagnostics === null) return ''
  const fields = new Map(Object.entries(diagnostics))
  // The diff shows both values.
  if (fields.has('diff')) for (const name of ['found', 'wanted']) fields.delete(name)
  if (fields.has('stack')) fields.delete('at')
  return shownFields
    .filter((name) => fields.has(name))
    .map((name) => `${name}: ${text(fields.get(name))}`)
    .join('\n')
}

function text(value: unknown): string {
  const whole = format(value).trimEnd()
  return whole.includes('\n') ? `\n${whole}` : whole
}
