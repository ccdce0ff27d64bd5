import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { environmentName, Settings } from '../config/index.ts'
import { StartError } from '../errors/index.ts'
import { errorCodeOf } from '../lib/error-code.ts'
import { nearestWord } from '../lib/nearest-word.ts'

const settingNames = Object.keys(Settings.properties).map(environmentName)

/**
 * Reads the variables of a `.env` file. The file is optional.
 * @throws {StartError} when the file cannot be read, or contains a mistake that would silently change a setting
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

/** Lists variables that are probably misspelt settings. */
export function misspeltSettings(path: string): string[] {
  return Object.keys(parseEnv(readText(path))).flatMap((name) => {
    if (settingNames.includes(name)) return []
    const setting = nearestWord(name.replace(/^LATCHKEY_/i, ''), settingNames)
    return setting === undefined
      ? []
      : [`${name} in ${path} is not a setting and has no effect. The correct name is ${setting}`]
  })
}

function readText(path: string): string {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return ''
    throw new StartError([`Cannot read ${path}: ${error instanceof Error ? error.message : error}`])
  }
  return decode(bytes) ?? refuseEncoding(path)
}

/** @returns undefined for bytes that are not UTF-8. UTF-16 without a byte order mark is detected by its zero bytes. */
function decode(bytes: Buffer): string | undefined {
  try {
    // TextDecoder skips a byte order mark.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

function refuseEncoding(path: string): never {
  throw new StartError([
    `${path} is not encoded in UTF-8. Save it as UTF-8 (in PowerShell: ` +
      `(Get-Content ${path}) | Set-Content -Encoding utf8 ${path})`,
  ])
}

/** Finds settings whose value ends before the end of the line. */
function cutSettings(path: string, text: string, variables: NodeJS.Dict<string>): string[] {
  // After white space, `#` starts a comment. Elsewhere it is replaced to find out what it cuts off.
  const whole = parseEnv(text.replace(/(?<=\S)#/g, '\uE000'))
  const behindQuotes = /^\s*(?:export\s+)?(\w+)\s*=\s*(["'`])(?:(?!\2).)*\2[^\s#]/gm
  const cutByQuote = [...text.matchAll(behindQuotes)].map(([, name = '']) => name)
  return settingNames.flatMap((name) => {
    if (whole[name]?.replaceAll('\uE000', '#') !== variables[name]) {
      return [
        `${name} in ${path} is cut off at a #. If the # is part of the value, put the value in quotes. If it starts ` +
          'a comment, put a space before it',
      ]
    }
    return cutByQuote.includes(name)
      ? [`${name} in ${path} is cut off at a quote. Enclose the value in quotes that it does not contain: ", ' or \``]
      : []
  })
}

/** Finds settings that the parser skips: after a missing `=` or an unclosed quote, it ignores the following lines. */
function skippedSettings(path: string, text: string, variables: NodeJS.Dict<string>): string[] {
  const given = [...text.matchAll(/^\s*(?:(?:export|set)\s+)?(\w+)\s*[=:]/gim)].map(([, name = '']) => name)
  return settingNames
    .filter((name) => given.includes(name) && variables[name] === undefined)
    .map((name) => `${name} in ${path} is ignored. Write it as ${name}=value, and close all quotes in the lines above`)
}

/** Finds unclosed quotes, and lines that are neither settings nor comments. */
function strayLines(path: string, text: string): string[] {
  const faults: string[] = []
  const assignment = /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(?:(["'`])[^]*?\2[^\n]*|([^\n]*))$/gm
  // Assignments become blank lines, which keeps the line numbers.
  const rest = text.replaceAll('\r\n', '\n').replace(assignment, (whole, name: string, _quote, bare: string = '') => {
    if (/^["'`]/.test(bare)) faults.push(`${name} in ${path} starts with a quote that is not closed`)
    return whole.replace(/[^\n]+/g, '')
  })
  for (const [index, line] of rest.split('\n').entries()) {
    if (/^\s*(#|$)/.test(line) || /^\s*(?:(?:export|set)\s+)?\w+\s*[=:]/i.test(line)) continue
    faults.push(
      `Line ${index + 1} of ${path} is not a setting. Write it as NAME=value, or start it with # to make it a comment`,
    )
  }
  return faults
}
