import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartError } from '../errors/index.ts'
import { html } from '../lib/html.ts'
import { fillPlaceholders, findPlaceholderFaults } from '../lib/placeholders.ts'
import { findMissing } from './demand-message.ts'
import { exampleValues, isMailKind, mailKinds, type MailedPasskey, type MailKind } from './kinds.ts'
import type { MailTemplates } from './mail-templates.ts'
import type { RenderedMessage } from './render-message.ts'
import { listPasskeys, timeOf } from './templates.ts'

/** The content of the files of one kind. */
interface Source {
  subject: string
  text: string
  html?: string | undefined
}

type Template = (values: object) => RenderedMessage

/**
 * Reads templates from files such as `verify_email.txt`, whose first line is the subject, and `verify_email.html`.
 * Other files and folders are ignored.
 * @throws {StartError} with one line for each fault
 */
export function readTemplateFolder(folder: string): MailTemplates {
  const faults: string[] = []
  const templates: Partial<Record<MailKind, Template>> = {}
  const files = listFiles(folder)
  for (const file of files) {
    if (!isMailKind(kindOf(file))) faults.push(`${join(folder, file)}: the name is not a kind of e-mail. ${kindsText}`)
    else if (!files.includes(`${kindOf(file)}.txt`)) {
      faults.push(`${join(folder, file)} needs a ${kindOf(file)}.txt beside it, with the subject and the text.`)
    }
  }
  for (const kind of Object.keys(mailKinds).filter(isMailKind)) {
    if (!files.includes(`${kind}.txt`)) continue
    const found = readSource(folder, kind, files.includes(`${kind}.html`))
    faults.push(...found.faults)
    if (found.source !== undefined) templates[kind] = createTemplate(found.source)
  }
  if (faults.length > 0) throw new StartError(faults)
  return templates
}

const kindsText = `Kinds: ${Object.keys(mailKinds).join(', ')}.`

function kindOf(file: string) {
  return file.replace(/\.(txt|html)$/, '')
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((file) => /^[^.].*\.(txt|html)$/.test(file))
  } catch (cause) {
    throw new StartError([`Cannot read ${folder}, the folder of MAIL_TEMPLATES: ${reasonOf(cause)}`], { cause })
  }
}

function readSource(folder: string, kind: MailKind, hasHtml: boolean): { faults: string[]; source?: Source } {
  const textFile = join(folder, `${kind}.txt`)
  const htmlFile = join(folder, `${kind}.html`)
  let content: string
  let html: string | undefined
  try {
    content = readText(textFile)
    html = hasHtml ? readText(htmlFile) : undefined
  } catch (error) {
    return { faults: [reasonOf(error)] }
  }
  const [, subject, text = ''] = /^Subject: *(\S[^\n]*)\n+([^]*\S[^]*)$/.exec(content) ?? []
  if (subject === undefined) {
    return { faults: [`${textFile} must begin with a line "Subject: …", followed by the text.`] }
  }

  const names = Object.keys(examples[kind])
  const faults = [
    ...placeholderFaults(textFile, content, names),
    ...(html === undefined ? [] : placeholderFaults(htmlFile, html, names)),
  ]
  if (faults.length > 0) return { faults }
  const source = { subject, text, html }
  const template = createTemplate(source)
  // A section such as {{#name}} is not shown in every message.
  const variants = [
    { name: 'ada', userId: 'id' },
    { name: null, userId: null },
  ]
  const missing = variants
    .map((variant) => ({ ...examples[kind], ...variant }))
    .flatMap((values) => findMissing(template(values), values))
  const lines = missing.map(
    ({ part, name }) =>
      `${part === 'text' ? textFile : htmlFile} must always show {{ ${name} }}, also when a section is hidden.`,
  )
  return { faults: [...new Set(lines)], source }
}

function placeholderFaults(file: string, content: string, names: string[]) {
  return findPlaceholderFaults(content, names).map(
    ({ line, fault }) => `${file}, line ${line}: ${fault}. Available placeholders: ${names.join(', ')}.`,
  )
}

const examples = exampleValues({ product: 'P', color: '#000000', issuer: 'https://p.example/auth', at: new Date(0) })

function createTemplate({ subject, text, html: markup }: Source): Template {
  return (values) => ({
    subject: fillPlaceholders(subject, values, textOf),
    text: fillPlaceholders(text, values, textOf),
    ...(markup === undefined ? {} : { html: fillPlaceholders(markup, values, (value) => html`${textOf(value)}`.text) }),
  })
}

function textOf(value: unknown) {
  if (isListOfPasskeys(value)) return listPasskeys(value)
  return value instanceof Date ? timeOf(value) : String(value)
}

/** No other value is a list. */
function isListOfPasskeys(value: unknown): value is MailedPasskey[] {
  return Array.isArray(value)
}

/** @throws {Error} when the file is not UTF-8 */
function readText(file: string) {
  const bytes = readFileSync(file)
  try {
    // TextDecoder skips a byte order mark.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll('\r\n', '\n')
  } catch (cause) {
    throw new Error(`${file} must be encoded in UTF-8.`, { cause })
  }
}

function reasonOf(error: unknown) {
  return error instanceof Error ? error.message : String(error)
}
