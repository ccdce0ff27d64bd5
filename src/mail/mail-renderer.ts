import { preventLinks } from '../lib/prevent-links.ts'
import { demandMessage, findMissing } from './demand-message.ts'
import type { CommonValues, MailDetails, MailKind, ValuesOf } from './kinds.ts'
import type { MailTemplates } from './mail-templates.ts'
import { type Brand, type RenderedMessage, renderMessage } from './render-message.ts'
import { builtInMessages } from './templates.ts'

interface Dependencies {
  brand: Brand
  templates: MailTemplates
  /** Called once for each kind. */
  onTemplateFailure: (error: unknown, kind: MailKind) => void
  /** Milliseconds since the epoch. */
  now: () => number
}

/** What a message is about, and whom it greets. */
export interface MailSubject {
  /** The account; null while there is none. */
  id: string | null
  /** The name that the message shows. Undefined where the recipient may be another person. */
  name: string | undefined
}

export type MailRenderer = ReturnType<typeof createMailRenderer>

/** Renders mails by the templates that replace the built-in ones, or by those. */
export function createMailRenderer({ brand, templates, onTemplateFailure, now }: Dependencies) {
  const failedKinds = new Set<MailKind>()

  /** Renders a mail with all its values. A template that fails gives way to the built-in one. */
  function renderValues<Kind extends MailKind>(kind: Kind, values: ValuesOf<Kind>): RenderedMessage {
    const template: MailTemplates[Kind] = templates[kind]
    if (template !== undefined) {
      try {
        // A copy, since the built-in template may still need the values.
        const message = demandMessage(template({ ...values }))
        const [missing] = findMissing(message, values)
        if (missing === undefined) return message
        throw new Error(`The ${missing.part} of the mail must show its ${missing.name}.`)
      } catch (error) {
        if (!failedKinds.has(kind)) onTemplateFailure(error, kind)
        failedKinds.add(kind)
      }
    }
    return renderMessage(builtInMessages[kind](values), values, brand)
  }

  return {
    renderValues,

    render<Kind extends MailKind>(kind: Kind, { id, name }: MailSubject, details: MailDetails[Kind]): RenderedMessage {
      const common: CommonValues = {
        product: brand.name,
        color: brand.color,
        name: name === undefined ? null : withoutMarkup(preventLinks(name)),
        userId: id,
        at: new Date(now()),
      }
      return renderValues(kind, { ...common, ...details })
    },
  }
}

const lookAlikes: Record<string, string> = { '<': '‹', '>': '›', '"': '”', "'": '’' }

/** Makes a name safe in HTML, where a template of a host may forget to escape it. */
function withoutMarkup(name: string) {
  return name.replace(/[<>"']/g, (character) => lookAlikes[character] ?? '')
}
