import { preventLinks } from '../lib/prevent-links.ts'
import { demandMessage, findMissing } from './demand-message.ts'
import type { CommonValues, MailDetails, MailKind, ValuesOf } from './kinds.ts'
import type { MailTemplates } from './mail-templates.ts'
import { type Brand, type RenderedMessage, renderMessage } from './render-message.ts'
import { builtInMessages } from './templates.ts'

interface Dependencies {
  brand: Brand
  templates: MailTemplates
  /** Called at most once for each kind. */
  onTemplateFailure: (error: unknown, kind: MailKind) => void
  /** Milliseconds since the epoch. */
  now: () => number
}

/** The account that a message is about, and the name in its greeting. */
export interface MailSubject {
  /** The id of the account; null in an invitation. */
  id: string | null
  /** Undefined if the recipient may be another person. */
  name: string | undefined
}

export type MailRenderer = ReturnType<typeof createMailRenderer>

/** Renders messages from the host's templates, or from the built-in texts. */
export function createMailRenderer({ brand, templates, onTemplateFailure, now }: Dependencies) {
  const failedKinds = new Set<MailKind>()

  /** Renders a message, with the built-in text if the template fails. */
  function renderValues<Kind extends MailKind>(kind: Kind, values: ValuesOf<Kind>): RenderedMessage {
    const template: MailTemplates[Kind] = templates[kind]
    if (template !== undefined) {
      try {
        // A copy, since a failing template may have changed the values that the built-in text needs.
        const message = demandMessage(template({ ...values }))
        const [missing] = findMissing(message, values)
        if (missing === undefined) return message
        throw new Error(`The ${missing.part} of the e-mail must contain the ${missing.name}.`)
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

/** Makes a name safe in HTML, since a host's template may not escape it. */
function withoutMarkup(name: string) {
  return name.replace(/[<>"']/g, (character) => lookAlikes[character] ?? '')
}
