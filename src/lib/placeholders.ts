/*
 * Texts with placeholders, in a part of the syntax of Mustache: `{{ name }}` shows a value, `{{#name}}…{{/name}}` is
 * shown if there is one, `{{^name}}…{{/name}}` if there is none.
 */

const tags = /(\{\{[^]*?(?:\}\}|$))/
const tag = /^\{\{\s*([#^/]?)\s*(\w+)\s*\}\}$/

/** A tag alone on its line leaves no empty line behind. */
const sectionLine = /^[ \t]*(\{\{\s*[#^/]\s*\w+\s*\}\})[ \t]*\n/gm

/**
 * Finds what is wrong with the placeholders of a text.
 * @param names the placeholders that have a value
 */
export function findPlaceholderFaults(source: string, names: string[]): { line: number; fault: string }[] {
  const faults: { line: number; fault: string }[] = []
  const open: { name: string; line: number }[] = []
  let line = 1
  for (const [index, part] of source.split(tags).entries()) {
    const [, sign, name = ''] = tag.exec(part) ?? []
    if (index % 2 === 1) {
      if (sign === undefined) faults.push({ line, fault: `${firstLineOf(part)} is not a placeholder` })
      else if (!names.includes(name)) faults.push({ line, fault: `${part} is unknown` })
      else if (sign === '#' || sign === '^') open.push({ name, line })
      else if (sign === '/' && open.pop()?.name !== name) faults.push({ line, fault: `${part} ends nothing` })
    }
    line += part.split('\n').length - 1
  }
  for (const { name, line } of open) faults.push({ line, fault: `the end is missing: {{/${name}}}` })
  return faults
}

/**
 * Fills in the placeholders of a text without faults.
 * @param values null and false count as absent
 * @param toText makes the text of a value
 */
export function fillPlaceholders(source: string, values: object, toText: (value: unknown) => string): string {
  const valueByName = new Map<string, unknown>(Object.entries(values))
  const areShown: boolean[] = []
  let text = ''
  for (const part of source.replace(sectionLine, '$1').split(tags)) {
    const [, sign, name = ''] = tag.exec(part) ?? []
    const value = valueByName.get(name) ?? null
    const isGiven = value !== null && value !== false
    if (sign === '#') areShown.push(isGiven)
    else if (sign === '^') areShown.push(!isGiven)
    else if (sign === '/') areShown.pop()
    else if (areShown.includes(false)) continue
    else if (sign === undefined) text += part
    else if (value !== null) text += toText(value)
  }
  return text
}

function firstLineOf(text: string) {
  return text.split('\n', 1)[0]
}
