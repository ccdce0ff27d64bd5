import { writeFile } from 'node:fs/promises'
import type { Config } from '../../config/index.ts'
import { StartError } from '../../errors/index.ts'
import {
  createMailRenderer,
  exampleValues,
  isMailKind,
  loadMailTemplates,
  type MailKind,
  mailKinds,
  type MailTemplates,
} from '../../mail/index.ts'
import type { DefineCommand } from '../add-commands.ts'
import type { CommandContext } from '../context.ts'
import { withConfig } from '../database.ts'
import { tableOf } from '../table.ts'

interface Options {
  html?: boolean
  text?: boolean
  out?: string
}

/** `latchkey mail …` */
export const defineMail: DefineCommand = (mail, context) => {
  mail
    .command('preview')
    .description('Print an e-mail with example values, or list the kinds')
    .argument('[kind]', 'Kind of e-mail, such as verify_email (without it, list the kinds)')
    .option('--text', 'Print the subject and the text (default)')
    .option('--html', 'Print the HTML')
    .option('--out <file>', 'Write to this file')
    .addHelpText(
      'after',
      [
        '',
        'If the folder MAIL_TEMPLATES has a file for the kind, its text is printed,',
        'otherwise the built-in text. Templates that a host app passes as functions',
        'cannot be previewed.',
        '',
        'Examples:',
        '  latchkey mail preview',
        '  latchkey mail preview verify_email',
        '  latchkey mail preview verify_email --html --out verify_email.html',
      ].join('\n'),
    )
    .action((kind: string | undefined, options: Options) =>
      withConfig(context, async (config) => {
        const templates = loadMailTemplates(config.mailTemplates)
        if (kind === undefined) return context.write(`${tableOfKinds(context, config, templates)}\n`)
        await writePreview(context, previewOf(config, templates, kind, options), options)
      }),
    )
}

function tableOfKinds(context: CommandContext, { mailTemplates }: Config, templates: MailTemplates) {
  const rows = Object.keys(mailKinds)
    .filter(isMailKind)
    .map((kind) => [kind, templates[kind] === undefined ? 'built in' : `${mailTemplates}/${kind}.txt`, mailKinds[kind]])
  return tableOf(context, ['KIND', 'TEXT', 'SENT WHEN'], rows, { flexible: ['SENT WHEN'] })
}

/** @throws {StartError} for an unknown kind, conflicting options, or a template without HTML */
function previewOf(config: Config, templates: MailTemplates, kind: string, { html = false, text = false }: Options) {
  if (!isMailKind(kind)) {
    throw new StartError([`There is no kind of e-mail called ${kind}. To list the kinds, run: latchkey mail preview`])
  }
  if (html && text) throw new StartError(['--html and --text cannot be used together.'])
  const message = render(config, templates, kind)
  if (!html) return `Subject: ${message.subject}\n\n${message.text}`
  if (message.html !== undefined) return message.html
  throw new StartError([`The e-mail has no HTML: ${config.mailTemplates} contains ${kind}.txt but no ${kind}.html.`])
}

function render({ issuer, now, productColor, productName }: Config, templates: MailTemplates, kind: MailKind) {
  const renderer = createMailRenderer({
    brand: { name: productName, color: productColor },
    templates,
    onTemplateFailure: () => {},
    now,
  })
  const values = exampleValues({ product: productName, color: productColor, issuer, at: new Date(now()) })
  return renderer.renderValues(kind, values[kind])
}

/** @throws {StartError} when the file cannot be written */
async function writePreview(context: CommandContext, text: string, { out }: Options) {
  if (out === undefined) return context.write(text.endsWith('\n') ? text : `${text}\n`)
  try {
    await writeFile(context.resolve(out), text)
  } catch (cause) {
    throw new StartError([`Cannot write ${out}: ${cause instanceof Error ? cause.message : cause}`], { cause })
  }
}
