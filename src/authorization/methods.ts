/**
 * How a user authenticated (RFC 8176 2): with a password, with a one-time code of an app or a recovery code, or with
 * several factors.
 */
export type AuthenticationMethod = 'pwd' | 'otp' | 'mfa'

const known: readonly string[] = ['pwd', 'otp', 'mfa'] satisfies AuthenticationMethod[]

/** Reads methods that are separated by spaces. */
export function methodsOf(text: string): AuthenticationMethod[] {
  return text.split(' ').filter((method): method is AuthenticationMethod => known.includes(method))
}

/** Adds methods. A password and a code are several factors. */
export function combineMethods(methods: AuthenticationMethod[], added: AuthenticationMethod[]): AuthenticationMethod[] {
  const used = new Set([...methods, ...added])
  if (used.has('pwd') && used.has('otp')) used.add('mfa')
  return [...used]
}
