const secretName = /(password|secret|token)$|^(authorization|cookie|set-cookie)$/i

/**
 * Replaces secret values, which are recognized by their names, in an object to be logged.
 * @param logged the object
 * @param depth the number of nested levels to search; deeper ones are replaced as a whole
 * @returns a copy, or the object itself when it contains no secret
 */
export function redactSecrets(logged: Record<string, unknown>, depth = 5): Record<string, unknown> {
  let copy: Record<string, unknown> | undefined
  for (const name of Object.keys(logged)) {
    const value = logged[name]
    const redacted = secretName.test(name) ? '[redacted]' : redactWithin(value, depth)
    if (redacted !== value) (copy ??= { ...logged })[name] = redacted
  }
  return copy ?? logged
}

/** Redacts lists and plain objects. Errors, dates and other instances of classes are left to their serializers. */
function redactWithin(value: unknown, depth: number): unknown {
  if (Array.isArray(value)) return depth === 0 ? '[deep]' : value.map((item) => redactWithin(item, depth - 1))
  if (!isPlainObject(value)) return value
  return depth === 0 ? '[deep]' : redactSecrets(value, depth - 1)
}

/** Whether a value is an object without a class. The objects that parsers of forms and queries create count as well. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
