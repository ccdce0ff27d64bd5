/*
 * Texts with placeholders in a subset of the Mustache syntax. `{{ name }}` shows a value, `{{#name}}…{{/name}}` is
 * shown if there is a value, and `{{^name}}…{{/name}}` if there is none.
 */

const tags = /(\{\{[^]*?(?:\}\}|$))/
const tag = /^\{\{\s*([#^/]?)\s*(\w+)\s*\}\}$/

/** Matches a line with a single tag, so that it leaves no empty line behind. */
const sectionLine = /^[ \t]*(\{\{\s*[#^/]\s*\w+\s*\}\})[ \t]*\n/gm

/**
 * Finds faults in the placeholders of a text.
 * @param source the text
 * @param names the names of the known placeholders
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
      else if (sign === '/' && open.pop()?.name !== name) faults.push({ line, fault: `${part} closes nothing` })
    }
    line += part.split('\n').length - 1
  }
  for (const { name, line } of open) faults.push({ line, fault: `{{/${name}}} is missing` })
  return faults
}

/**
 * Fills in the placeholders of a text that has no faults.
 * @param source the text
 * @param values the values by name; null, false and an empty list count as no value
 * @param toText converts a value to text
 */
export function fillPlaceholders(source: string, values: object, toText: (value: unknown) => string): string {
  const valueByName = new Map<string, unknown>(Object.entries(values))
  const areShown: boolean[] = []
  let text = ''
  for (const part of source.replace(sectionLine, '$1').split(tags)) {
    const [, sign, name = ''] = tag.exec(part) ?? []
    const value = valueByName.get(name) ?? null
    const isGiven = value !== null && value !== false && !(Array.isArray(value) && value.length === 0)
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
