/**
 * Whether a string can be stored and read back unchanged. PostgreSQL rejects NUL, and UTF-8 has no lone
 * surrogates. U+FFFD replaces bytes that are not UTF-8, so different passwords would become equal.
 */
export function isText(text: string): boolean {
  return text.isWellFormed() && !/[\0\ufffd]/.test(text)
}
