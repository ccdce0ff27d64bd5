/** Splits a text at its spaces. */
export function wordsOf(text: string): string[] {
  return text.split(' ').filter((word) => word !== '')
}
