/**
 * Whether a string can be stored and read back unchanged. PostgreSQL rejects NUL, and UTF-8 cannot encode lone
 * surrogates. U+FFFD is rejected because it replaces invalid bytes, so that different passwords would become equal.
 */
export function isText(text: string): boolean {
  return text.isWellFormed() && !/[\0\ufffd]/.test(text)
}
