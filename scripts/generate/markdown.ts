/** Makes a generated page of the documentation, with a note that names its source. */
export function pageOf(title: string, source: string, parts: string[]): string {
  const note = `<!-- Generated from ${source} by \`npm run generate\`. Do not edit. -->`
  return `${[note, `# ${title}`, ...parts].join('\n\n')}\n`
}

export function tableOf(head: string[], rows: string[][]): string {
  const lineOf = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [lineOf(head), `|${'---|'.repeat(head.length)}`, ...rows.map((row) => lineOf(row.map(toCell)))].join('\n')
}

export function codeBlock(text: string): string {
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\``
}

/** Escapes the text of a cell, which a line break or a bar would end. */
function toCell(text: string) {
  return text.replaceAll('\n', ' ').replaceAll('|', '\\|')
}
