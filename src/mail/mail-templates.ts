import { StartError } from '../errors/index.ts'
import { isMailKind, mailKinds, type MailKind, type ValuesOf } from './kinds.ts'
import type { RenderedMessage } from './render-message.ts'
import { readTemplateFolder } from './template-folder.ts'

/**
 * Templates that replace the built-in texts, by kind. They are called in a database transaction, so they have to be
 * quick, and cannot be async.
 */
export type MailTemplates = { [Kind in MailKind]?: (values: ValuesOf<Kind>) => RenderedMessage }

/**
 * Loads the templates of a host.
 * @param given functions by kind, or the path of a folder
 * @throws {StartError} with one line for each invalid template
 */
export function loadMailTemplates(given: string | MailTemplates | undefined): MailTemplates {
  if (typeof given === 'string') return readTemplateFolder(given)
  if (given === undefined) return {}
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new StartError(['mailTemplates must be the path of a folder, or an object of functions by kind of e-mail.'])
  }
  const faults = Object.entries(given).flatMap(([kind, template]) => {
    if (!isMailKind(kind)) return [`mailTemplates.${kind} is not a kind of e-mail. Kinds: ${listOf(mailKinds)}.`]
    return template === undefined || typeof template === 'function'
      ? []
      : [`mailTemplates.${kind} must be a function that returns { subject, text, html }.`]
  })
  if (faults.length > 0) throw new StartError(faults)
  return given
}

function listOf(names: object) {
  return Object.keys(names).join(', ')
}
