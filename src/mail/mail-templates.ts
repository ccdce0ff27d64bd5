import { StartError } from '../errors/index.ts'
import { isMailKind, mailKinds, type MailKind, type ValuesOf } from './kinds.ts'
import type { RenderedMessage } from './render-message.ts'
import { readTemplateFolder } from './template-folder.ts'

/**
 * Templates that replace the built-in texts, by kind. They are called within the transaction of the cause, so they
 * have to be quick and return no promise.
 */
export type MailTemplates = { [Kind in MailKind]?: (values: ValuesOf<Kind>) => RenderedMessage }

/**
 * @param given functions by kind, or the path of a folder
 * @throws {StartError} naming each template that cannot be used
 */
export function loadMailTemplates(given: string | MailTemplates | undefined): MailTemplates {
  if (typeof given === 'string') return readTemplateFolder(given)
  if (given === undefined) return {}
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new StartError(['mailTemplates must be a folder, or an object with a function for each kind of mail'])
  }
  const faults = Object.entries(given).flatMap(([kind, template]) => {
    if (!isMailKind(kind)) return [`mailTemplates.${kind} is not a kind of mail. The kinds are: ${listOf(mailKinds)}`]
    return template === undefined || typeof template === 'function'
      ? []
      : [`mailTemplates.${kind} must be a function that returns { subject, text, html }`]
  })
  if (faults.length > 0) throw new StartError(faults)
  return given
}

function listOf(names: object) {
  return Object.keys(names).join(', ')
}
