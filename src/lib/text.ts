/**
 * PostgreSQL knows no NUL, and UTF-8 no lone surrogate: neither would come back as it was sent. U+FFFD
 * stands for bytes that were not UTF-8: passwords in another encoding would become the same one.
 */
export function isText(text: string): boolean {
  return text.isWellFormed() && !/[\0\ufffd]/.test(text)
}
