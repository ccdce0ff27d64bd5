import { OAuthError } from '../session/errors.ts'
import type { Session } from '../session/session.ts'
import type { Sessions } from './sessions.ts'
import {
  clientFields,
  closeButton,
  closeDialog,
  field,
  heading,
  idsFor,
  reasonOfFailure,
  scopeFields,
  submitButtons,
} from './sign-in-fields.ts'
import type { Component, FieldEvent, ImmutableMap, System, WrapComponent } from './system.ts'

interface Props extends Record<string, unknown> {
  name: string
  schema: ImmutableMap
  getComponent: (name: string, isContainer?: boolean) => Component<{ source: string }>
}

/**
 * Replaces the section of the Authorize dialog for the password flow: Enter submits, errors are explained, client
 * fields are folded away, and the password leaves the page's state with the request.
 */
export function signInFormFor(
  sessions: Sessions,
  { scopes: usualScopes = '' }: { scopes?: string | undefined },
): WrapComponent<Props> {
  return (Original, system) =>
    function PasswordFlow(props: Props) {
      const session = sessions.get(props.name)
      const { createElement: h } = system.React
      return props.schema.get('flow') === 'password' && session !== undefined
        ? h(SignInForm, { ...props, session, sessions, system, usualScopes: usualScopes.split(/\s+/) })
        : h(Original, props)
    }
}

interface FormProps extends Props {
  session: Session
  sessions: Sessions
  system: System
  usualScopes: string[]
}

/** Shows who is signed in, or the form to sign in. */
function SignInForm(props: FormProps) {
  const { createElement: h } = props.system.React
  const attempts = useAttempts(props.system.React)
  return props.session.getState().isSignedIn ? h(SignedIn, props) : h(PasswordForm, { ...props, ...attempts })
}

function SignedIn({ name, session, system }: FormProps) {
  const { createElement: h } = system.React
  const state = session.getState()
  const username = state.isSignedIn && state.username
  return h(
    'div',
    { className: 'latchkey-form latchkey-signed-in' },
    heading(h, name),
    h('p', {}, 'Signed in', username && h('span', {}, ' as ', h('b', {}, username)), '.'),
    h(
      'div',
      { className: 'auth-btn-wrapper' },
      h('button', { type: 'button', className: 'btn modal-btn auth', onClick: () => session.signOut() }, 'Sign out'),
      closeButton(h, system),
    ),
  )
}

function PasswordForm(props: FormProps & Attempts) {
  const { attempt, error, getComponent, isBusy, name, schema, session, sessions, system, usualScopes } = props
  const { createElement: h, useState } = system.React
  const offered = Object.entries((schema.get('scopes') as ImmutableMap | undefined)?.toJS() ?? {})
  const [scopes, setScopes] = useState(() =>
    offered.map(([scope]) => scope).filter((scope) => usualScopes.includes(scope)),
  )
  const idOf = idsFor(sessions, name)
  const description = schema.get('description')

  async function signIn(text: (field: string) => string) {
    await session.signIn({
      username: text('username'),
      password: text('password'),
      scope: scopes.join(' '),
      clientId: text('client_id'),
      clientSecret: text('client_secret'),
      clientAuthentication: text('client_authentication') === 'body' ? 'body' : 'header',
    })
    closeDialog(system)
  }

  return h(
    'form',
    { className: 'latchkey-form', onSubmit: attempt(signIn, 'password') },
    heading(h, name),
    typeof description === 'string' && h(getComponent('Markdown', true), { source: description }),
    field(h, 'Username', idOf('username'), {
      name: 'username',
      autoComplete: 'username',
      autoFocus: true,
      required: true,
    }),
    field(h, 'Password', idOf('password'), {
      name: 'password',
      type: 'password',
      autoComplete: 'current-password',
      required: true,
    }),
    reasonOfFailure(h, error),
    offered.length > 0 && scopeFields(h, offered, scopes, setScopes),
    clientFields(h, idOf),
    submitButtons(h, system, isBusy),
  )
}

interface Attempts {
  isBusy: boolean
  /** Why the last attempt failed. */
  error: string | undefined
  /**
   * Makes the handler of a form that is submitted.
   * @param action gets a function that returns the text of a field
   * @param fieldToCorrect is selected if the action fails
   */
  attempt(
    action: (text: (field: string) => string) => Promise<void>,
    fieldToCorrect: string,
  ): (event: FieldEvent<HTMLFormElement>) => Promise<void>
}

/** A React hook that runs the attempts to sign in, and explains why the last one failed. */
function useAttempts({ useState }: System['React']): Attempts {
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  return {
    isBusy,
    error,
    attempt: (action, fieldToCorrect) => async (event) => {
      event.preventDefault()
      const form = event.currentTarget
      setBusy(true)
      setError(undefined)
      try {
        await action((field) => String(new FormData(form).get(field) ?? ''))
      } catch (cause) {
        setBusy(false)
        setError(explain(cause))
        form.querySelector<HTMLInputElement>(`input[name=${fieldToCorrect}]`)?.select()
      }
    },
  }
}

function explain(error: unknown) {
  const cause = error instanceof Error && error.cause instanceof OAuthError ? error.cause : error
  if (!(cause instanceof OAuthError)) {
    return (
      'The server could not be reached. Check that it is running. If it is on another origin, it must allow this ' +
      'page (CORS_ORIGINS).'
    )
  }
  const { message, retryAfter } = cause
  // Many services say so themselves.
  if (retryAfter === undefined || /try again/i.test(message)) return message
  return `${message.replace(/\.?$/, '.')} Try again in ${retryAfter} ${retryAfter === 1 ? 'second' : 'seconds'}.`
}
