import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { environmentName, Settings } from '../config/index.ts'
import { StartError } from '../errors/index.ts'
import { nearestWord } from '../lib/nearest-word.ts'

const settingNames = Object.keys(Settings.properties).map(environmentName)

/**
 * Reads the variables of a `.env` file; there are none without the file.
 * @throws {StartError} when it cannot be read, or says something else than its author meant
 */
export function readEnvFile(path: string): NodeJS.Dict<string> {
  const text = readText(path)
  const variables = parseEnv(text)
  const faults = [
    ...cutSettings(path, text, variables),
    ...skippedSettings(path, text, variables),
    ...strayLines(path, text),
  ]
  if (faults.length > 0) throw new StartError(faults)
  return variables
}

/** Names the variables that are no settings, but were probably meant to be. */
export function misspeltSettings(path: string): string[] {
  return Object.keys(parseEnv(readText(path))).flatMap((name) => {
    if (settingNames.includes(name)) return []
    const setting = nearestWord(name.replace(/^LATCHKEY_/i, ''), settingNames)
    return setting === undefined
      ? []
      : [`${name} in ${path} is not a setting and has no effect. The setting is ${setting}`]
  })
}

function readText(path: string): string {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw new StartError([`${path} cannot be read: ${error instanceof Error ? error.message : error}`])
  }
  return decode(bytes) ?? refuseEncoding(path)
}

/** @returns undefined for bytes that are not UTF-8; UTF-16 without a byte order mark shows in its zero bytes */
function decode(bytes: Buffer): string | undefined {
  try {
    // Skips a byte order mark.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

function refuseEncoding(path: string): never {
  throw new StartError([
    `${path} is not encoded in UTF-8. Save it again as UTF-8 (in PowerShell: ` +
      `(Get-Content ${path}) | Set-Content -Encoding utf8 ${path})`,
  ])
}

/** What was given beyond the value that is read. */
function cutSettings(path: string, text: string, variables: NodeJS.Dict<string>): string[] {
  // Behind white space `#` begins a comment. Elsewhere it is replaced here, to see what it has cut off.
  const whole = parseEnv(text.replace(/(?<=\S)#/g, '\uE000'))
  const behindQuotes = /^\s*(?:export\s+)?(\w+)\s*=\s*(["'`])(?:(?!\2).)*\2[^\s#]/gm
  const cutByQuote = [...text.matchAll(behindQuotes)].map(([, name = '']) => name)
  return settingNames.flatMap((name) => {
    if (whole[name]?.replaceAll('\uE000', '#') !== variables[name]) {
      return [
        `${name} in ${path} is cut off at a #. Put the value in quotes if the # belongs to it, or a space before the ` +
          '# of a comment',
      ]
    }
    return cutByQuote.includes(name)
      ? [`${name} in ${path} is cut off at a quote. Enclose the value in quotes that are not part of it: ", ' or \``]
      : []
  })
}

/** A line without `=`, or a quote that is not closed, hides the lines behind it. */
function skippedSettings(path: string, text: string, variables: NodeJS.Dict<string>): string[] {
  const given = [...text.matchAll(/^\s*(?:(?:export|set)\s+)?(\w+)\s*[=:]/gim)].map(([, name = '']) => name)
  return settingNames
    .filter((name) => given.includes(name) && variables[name] === undefined)
    .map((name) => `${name} in ${path} is not read. Write it as ${name}=value, and close quotes in the lines above it`)
}

/** Lines that are neither settings nor comments, which would be ignored, and quotes that are not closed. */
function strayLines(path: string, text: string): string[] {
  const faults: string[] = []
  const assignment = /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(?:(["'`])[^]*?\2[^\n]*|([^\n]*))$/gm
  // Blank lines stand for what was read, so that line numbers stay.
  const rest = text.replaceAll('\r\n', '\n').replace(assignment, (whole, name: string, _quote, bare: string = '') => {
    if (/^["'`]/.test(bare)) faults.push(`${name} in ${path} begins with a quote that is not closed`)
    return whole.replace(/[^\n]+/g, '')
  })
  for (const [index, line] of rest.split('\n').entries()) {
    if (/^\s*(#|$)/.test(line) || /^\s*(?:(?:export|set)\s+)?\w+\s*[=:]/i.test(line)) continue
    faults.push(`Line ${index + 1} of ${path} is not a setting. Write it as NAME=value, or begin it with #`)
  }
  return faults
}
