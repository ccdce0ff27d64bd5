/**
 * What makes a username or an e-mail unique. Names that look or sound the same in another case or
 * width fold into one. It is stored, so it never changes; a test holds it.
 */
export function fold(name: string): string {
  // Lower case first: only so does the capital sharp s become what the small one becomes.
  return name.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC')
}
