// Fillers that count as letters are part of a text.
const invisible = String.raw`[[\p{White_Space}\p{Default_Ignorable_Code_Point}]--\p{L}]`

// Without the look-behind, a long run of spaces inside a text would take quadratic time.
const ends = new RegExp(`^${invisible}+|(?<!${invisible})${invisible}+$`, 'gv')

/**
 * Removes white space and invisible characters from both ends of a text. Keyboards of phones add them, and so does
 * copying. Never for passwords.
 */
export function trim(text: string): string {
  return text.replace(ends, '')
}
