/** White space and invisible characters that phone keyboards, documents and chats put around copied text. */
const ends = [' ', '\t', '\n', '\u00a0', '\u3000', '\u200b', '\u2060', '\ufeff', '\u00ad', '\u202a', '\ufe0f']

/** The text with each of them at its beginning, at its end, or at both. */
export function withEnds(text: string): string[] {
  return [`${text} `, ` ${text}`, ...ends.map((end) => `${end}${text} ${end}`)]
}
