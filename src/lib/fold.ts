import { trim } from './trim.ts'

/**
 * The form in which usernames and e-mail addresses are compared: names that differ only in case or
 * width are equal. It is stored, so this function must never change; a test pins it.
 */
export function fold(name: string): string {
  // Lower case first: otherwise the capital sharp s and the small one would differ.
  return name.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC')
}

/**
 * The same for a name or an address as a person typed or copied it: the form in which it is looked up and counted.
 * What is stored has nothing to trim, and none of the word joiners with which messages keep names from being links.
 */
export function foldTyped(typed: string): string {
  return fold(trim(typed).replaceAll('\u2060', ''))
}
