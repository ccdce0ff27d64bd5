/**
 * Whether a string can be stored and read back unchanged. PostgreSQL rejects NUL, and UTF-8 cannot encode lone
 * surrogates. U+FFFD is rejected because it replaces invalid bytes, so that different passwords would become equal.
 */
export function isText(text: string): boolean {
  return text.isWellFormed() && !/[\0\ufffd]/.test(text)
}

/** Characters that end a line, control a terminal, or change the direction of the text around them. */
export const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu

/** Whether a string is a text of one line that looks like what is stored. */
export function isOneLine(text: string): boolean {
  return isText(text) && text.search(unprintable) === -1
}
