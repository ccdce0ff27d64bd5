/**
 * Finds the word that was probably meant. Case is ignored.
 * @param text the misspelt word
 * @param words the possible words
 * @param maxDistance the number of letters that may differ: by default, a third
 * @returns undefined when no word is similar enough
 */
export function nearestWord(
  text: string,
  words: string[],
  maxDistance = (word: string) => word.length / 3,
): string | undefined {
  let nearest: { word: string; distance: number } | undefined
  for (const word of words) {
    const distance = editDistance(text.toLowerCase(), word.toLowerCase())
    if (distance <= maxDistance(word) && distance < (nearest?.distance ?? Infinity)) nearest = { word, distance }
  }
  return nearest?.word
}

/** Counts the letters to insert, delete, replace or swap with a neighbor (optimal string alignment distance). */
function editDistance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number) => rows[row]?.[column] ?? Infinity
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= to.length; j++) {
      const isSwap = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1),
          isSwap ? at(i - 2, j - 2) + 1 : Infinity,
        ),
      )
    }
  }
  return at(from.length, to.length)
}
