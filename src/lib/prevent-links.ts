/** Keeps mail programs from turning a text into a link by inserting invisible word joiners (U+2060). */
export function preventLinks(text: string): string {
  return text.replace(/[.:/@](?=\S)/g, '$&\u2060')
}
