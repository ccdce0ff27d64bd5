/** Keeps mail programs from turning a text into a link, by word joiners (U+2060), which are not visible. */
export function preventLinks(text: string): string {
  return text.replace(/[.:/@](?=\S)/g, '$&\u2060')
}
