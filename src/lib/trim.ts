// Invisible characters that Unicode counts as letters, such as the Hangul fillers, are kept.
const invisible = String.raw`[[\p{White_Space}\p{Default_Ignorable_Code_Point}]--\p{L}]`

// Without the lookbehind, a long run of spaces within a text would take quadratic time.
const ends = new RegExp(`^${invisible}+|(?<!${invisible})${invisible}+$`, 'gv')

/**
 * Removes white space and invisible characters from both ends of a text. Phone keyboards and copying add them.
 * Passwords must not be trimmed.
 */
export function trim(text: string): string {
  return text.replace(ends, '')
}
