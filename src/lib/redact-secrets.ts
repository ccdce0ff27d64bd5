const secretName = /(password|secret|token)$|^(authorization|cookie|set-cookie)$/i

/**
 * Replaces values whose names say that they are secret, at any depth.
 * @returns the object itself when it holds none, which is nearly always
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

/** Leaves errors, dates and other classes to their serializers. */
function redactWithin(value: unknown, depth: number): unknown {
  if (Array.isArray(value)) return depth === 0 ? '[deep]' : value.map((item) => redactWithin(item, depth - 1))
  if (!isPlainObject(value)) return value
  return depth === 0 ? '[deep]' : redactSecrets(value, depth - 1)
}

/** Whether it has no class. Parsers of forms and queries create objects with an empty prototype. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
