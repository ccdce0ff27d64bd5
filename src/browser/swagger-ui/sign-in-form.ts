import { OAuthError, SecondFactorError } from '../session/errors.ts'
import type { Session } from '../session/session.ts'
import type { Sessions } from './sessions.ts'
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

function SignInForm(props: FormProps) {
  const { getComponent, name, schema, session, sessions, system, usualScopes } = props
  const { createElement: h, useState } = system.React
  const offered = Object.entries((schema.get('scopes') as ImmutableMap | undefined)?.toJS() ?? {})
  const [scopes, setScopes] = useState(() =>
    offered.map(([scope]) => scope).filter((scope) => usualScopes.includes(scope)),
  )
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  const [secondStep, setSecondStep] = useState<SecondFactorError>()
  const state = session.getState()
  // Ids are unique although a page can have several forms.
  const isFirst = sessions.entries()[0]?.[0] === name
  const idOf = (field: string) => (isFirst ? `oauth_${field}` : `oauth_${field}_${name}`)
  const close = () => system.authActions.showDefinitions(false)

  async function submit(event: FieldEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const text = (field: string) => String(new FormData(form).get(field) ?? '')
    setBusy(true)
    setError(undefined)
    try {
      await session.signIn({
        username: text('username'),
        password: text('password'),
        scope: scopes.join(' '),
        clientId: text('client_id'),
        clientSecret: text('client_secret'),
        clientAuthentication: text('client_authentication') === 'body' ? 'body' : 'header',
      })
      close()
    } catch (cause) {
      setBusy(false)
      if (cause instanceof SecondFactorError) {
        setSecondStep(cause)
      } else {
        setError(explain(cause))
        form.querySelector<HTMLInputElement>('input[name=password]')?.select()
      }
    }
  }

  async function submitCode(event: FieldEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    setBusy(true)
    setError(undefined)
    try {
      await secondStep?.finish(String(new FormData(form).get('otp') ?? ''))
      close()
    } catch (cause) {
      setBusy(false)
      setError(explain(cause))
      // The sign-in has to be started again.
      if (cause instanceof OAuthError && cause.body.code === 'invalid_mfa_token') setSecondStep(undefined)
      else form.querySelector<HTMLInputElement>('input[name=otp]')?.select()
    }
  }

  function toggle({ currentTarget: { value, checked } }: FieldEvent<HTMLInputElement>) {
    setScopes(checked ? [...scopes, value] : scopes.filter((scope) => scope !== value))
  }

  const field = (label: string, id: string, attributes: object) =>
    h(
      'div',
      { className: 'latchkey-field' },
      h('label', { htmlFor: id }, label),
      h('input', { id, type: 'text', ...attributes }),
    )
  const description = schema.get('description')
  const heading = h('h4', {}, `${name} (OAuth2, password)`)

  if (state.isSignedIn) {
    return h(
      'div',
      { className: 'latchkey-form latchkey-signed-in' },
      heading,
      h('p', {}, 'Signed in', state.username && h('span', {}, ' as ', h('b', {}, state.username)), '.'),
      h(
        'div',
        { className: 'auth-btn-wrapper' },
        h('button', { type: 'button', className: 'btn modal-btn auth', onClick: () => session.signOut() }, 'Sign out'),
        h('button', { type: 'button', className: 'btn modal-btn auth btn-done', onClick: close }, 'Close'),
      ),
    )
  }
  const errorMessage =
    error !== undefined && h('div', { className: 'errors', role: 'alert', ref: scrollIntoSight }, error)
  const buttons = h(
    'div',
    { className: 'auth-btn-wrapper' },
    h('button', { type: 'submit', className: 'btn modal-btn auth authorize', disabled: isBusy }, 'Authorize'),
    h('button', { type: 'button', className: 'btn modal-btn auth btn-done', onClick: close }, 'Close'),
  )
  if (secondStep !== undefined) {
    // Another key, so that the password leaves the page with the first form.
    return h(
      'form',
      { key: 'code', className: 'latchkey-form', onSubmit: submitCode },
      heading,
      h('p', {}, secondStep.message),
      field('Code', idOf('otp'), {
        name: 'otp',
        autoComplete: 'one-time-code',
        autoFocus: true,
        required: true,
      }),
      errorMessage,
      buttons,
    )
  }
  return h(
    'form',
    { key: 'password', className: 'latchkey-form', onSubmit: submit },
    heading,
    typeof description === 'string' && h(getComponent('Markdown', true), { source: description }),
    field('Username', idOf('username'), {
      name: 'username',
      autoComplete: 'username',
      autoFocus: true,
      required: true,
    }),
    field('Password', idOf('password'), {
      name: 'password',
      type: 'password',
      autoComplete: 'current-password',
      required: true,
    }),
    errorMessage,
    offered.length > 0 &&
      h(
        'fieldset',
        { className: 'latchkey-scopes' },
        h('legend', {}, 'Scopes'),
        h(
          'p',
          {},
          h('button', { type: 'button', onClick: () => setScopes(offered.map(([scope]) => scope)) }, 'Select all'),
          h('button', { type: 'button', onClick: () => setScopes([]) }, 'Select none'),
        ),
        ...offered.map(([scope, meaning]) =>
          h(
            'label',
            { key: scope },
            h('input', { type: 'checkbox', value: scope, checked: scopes.includes(scope), onChange: toggle }),
            h('span', {}, h('b', { className: 'name' }, scope), ' ', String(meaning)),
          ),
        ),
      ),
    h(
      'details',
      {},
      h('summary', {}, 'Advanced: sign in through a client'),
      field('Client ID', idOf('client_id'), { name: 'client_id', autoComplete: 'off' }),
      field('Client secret', idOf('client_secret'), { name: 'client_secret', type: 'password', autoComplete: 'off' }),
      h(
        'div',
        { className: 'latchkey-field' },
        h('label', { htmlFor: idOf('client_authentication') }, 'Send the secret in'),
        h(
          'select',
          { id: idOf('client_authentication'), name: 'client_authentication' },
          h('option', { value: 'header' }, 'the Authorization header'),
          h('option', { value: 'body' }, 'the request body'),
        ),
      ),
    ),
    buttons,
  )
}

/** Called by React with the element once it is drawn, and with null before it is removed. */
function scrollIntoSight(element: HTMLElement | null) {
  element?.scrollIntoView({ block: 'center' })
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
