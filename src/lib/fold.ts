import { trim } from './trim.ts'

/**
 * Folds usernames and e-mail addresses for comparison: names that differ only in case or width become equal. The result
 * is stored, so this function must never change. A test pins its results.
 */
export function fold(name: string): string {
  // Without the first conversion to lower case, the capital and the small sharp s would differ.
  return name.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC')
}

/**
 * Folds a name or address that a person typed or copied, in order to look it up or count it. Unlike a stored name, it
 * may have spaces around it, or word joiners from a message (see `preventLinks`).
 */
export function foldTyped(typed: string): string {
  return fold(trim(typed).replaceAll('\u2060', ''))
}
