import { html } from '../../../src/lib/html.ts'
import type { Faults } from '../faults.ts'
import { alertOf, formOf } from '../form.ts'
import type { Page } from '../page.ts'

interface Options {
  /** How many characters a password must have. */
  shortest: number
  /** Whether nobody has an account without an e-mail address. */
  needsEmail: boolean
}

/** Whom a link invites. */
interface Invited {
  email: string | null
  name: string | null
}

interface Typed {
  username?: string | undefined
  name?: string | undefined
  email?: string | undefined
}

export function invitationViews({ shortest, needsEmail }: Options) {
  const waiting: Page = {
    title: 'You need an invitation',
    body: html`<noscript><p class="note">The link in a mail needs scripts, and this browser runs none. Open it in another one.</p></noscript>
<p>Open the link in the mail that invited you: it leads here, and brings the invitation along.</p>`,
  }

  const over: Page = {
    status: 400,
    title: 'The invitation does not hold',
    body: html`<p class="error alert" role="alert" tabindex="-1" autofocus>This link is too old, has been used, was withdrawn, or is not whole.</p>
<p>Ask whoever invited you for another one. If you have made your account already, you can sign in.</p>`,
  }

  const done: Page = {
    title: 'Your account is made',
    body: html`<p>You can sign in now, with your username and your password.</p>`,
  }

  const administrator: Page = {
    title: 'Your account is made',
    body: html`<p>You can sign in now, with your username and your password.</p>
<p>Your account may administer others. A sign-in has these rights only where it asks for them by name: tick the scopes where you authorize on the documentation page, or send them along as <code>scope</code>, for example <code>users:read users:write</code>.</p>`,
  }

  return {
    waiting,
    over,
    done,
    administrator,

    /** With a link that is good. */
    choose: (token: string, invited: Invited, typed: Typed, faults?: Faults): Page => ({
      ...faults?.answer,
      title: 'Make your account',
      body: html`${alertOf(faults?.message)}${formOf(
        {
          intent: 'accept',
          token,
          fields: [
            ...(invited.email === null
              ? [
                  {
                    label: 'E-mail address',
                    name: 'email',
                    type: 'email',
                    value: typed.email,
                    autocomplete: 'email',
                    isOptional: !needsEmail,
                    hint: `${needsEmail ? '' : 'May be left out. '}You get a mail there, to confirm it. It gets you back in if you forget your password.`,
                  } as const,
                ]
              : [
                  {
                    label: 'E-mail address',
                    name: 'invited',
                    value: invited.email,
                    autocomplete: 'email',
                    isReadonly: true,
                  } as const,
                ]),
            {
              label: 'Username',
              name: 'username',
              value: typed.username,
              autocomplete: 'username',
              hint: 'To sign in with: letters and digits, for example. It cannot be changed.',
            },
            {
              label: 'Name',
              name: 'name',
              value: typed.name ?? invited.name ?? undefined,
              autocomplete: 'name',
              isOptional: true,
              hint: 'What others see; may be left out.',
            },
            {
              label: 'Password',
              name: 'password',
              type: 'password',
              autocomplete: 'new-password',
              minlength: shortest,
              hint: `At least ${shortest} characters. A few words that do not belong together are good, and easy to type.`,
            },
          ],
          button: 'Make the account',
        },
        faults,
      )}`,
    }),
  }
}
