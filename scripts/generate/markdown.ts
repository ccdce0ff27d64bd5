/** A page of the documentation that is generated, with a note that says from what. */
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

/** A line break or a bar would end the cell. */
function toCell(text: string) {
  return text.replaceAll('\n', ' ').replaceAll('|', '\\|')
}
