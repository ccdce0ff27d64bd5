import { OAuthError, SecondFactorError } from '../session/errors.ts'
import { passkeyObstacle } from '../session/passkey.ts'
import { button, errorMessage, explain, field } from './form-parts.ts'
import type { Offers } from './offers.ts'
import { SecondFactors } from './second-factors.ts'
import type { PageSession, Sessions } from './sessions.ts'
import type { Component, FieldEvent, ImmutableMap, Node, System, WrapComponent } from './system.ts'

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
  offersOf: (session: PageSession) => Offers,
): WrapComponent<Props> {
  return (Original, system) =>
    function PasswordFlow(props: Props) {
      const session = sessions.get(props.name)
      const { createElement: h } = system.React
      return props.schema.get('flow') === 'password' && session !== undefined
        ? h(SignInForm, {
            ...props,
            session,
            sessions,
            system,
            usualScopes: usualScopes.split(/\s+/),
            offers: offersOf(session),
          })
        : h(Original, props)
    }
}

interface FormProps extends Props {
  session: PageSession
  sessions: Sessions
  system: System
  usualScopes: string[]
  offers: Offers
}

function SignInForm(props: FormProps) {
  const { getComponent, name, offers, schema, session, sessions, system, usualScopes } = props
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

  /** Signs in. @param fail handles an error in its own way, and says whether it did */
  async function attempt(signIn: () => Promise<void> | undefined, fail: (cause: unknown) => boolean) {
    setBusy(true)
    setError(undefined)
    try {
      await signIn()
      close()
    } catch (cause) {
      setBusy(false)
      if (!fail(cause)) setError(explain(cause))
    }
  }

  const textsOf = (form: HTMLFormElement) => {
    const data = new FormData(form)
    return (field: string) => String(data.get(field) ?? '')
  }
  const settingsOf = (text: (field: string) => string) => ({
    scope: scopes.join(' '),
    clientId: text('client_id'),
    clientSecret: text('client_secret'),
    clientAuthentication: text('client_authentication') === 'body' ? ('body' as const) : ('header' as const),
  })

  function submit(event: FieldEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const text = textsOf(form)
    const secrets = { username: text('username'), password: text('password') }
    return attempt(
      () => session.signIn({ ...secrets, ...settingsOf(text) }),
      (cause) => {
        if (cause instanceof SecondFactorError) setSecondStep(cause)
        else form.querySelector<HTMLInputElement>('input[name=password]')?.select()
        return cause instanceof SecondFactorError
      },
    )
  }

  async function signInWithPasskey({ currentTarget: { form } }: FieldEvent<HTMLButtonElement>) {
    if (form === null) return
    await attempt(
      () => session.signInWithPasskey(settingsOf(textsOf(form))),
      () => false,
    )
  }

  /** Takes the second step, with the code of a form or with a passkey. */
  function finish(signIn: () => Promise<void> | undefined, field?: HTMLInputElement | null) {
    return attempt(signIn, (cause) => {
      // The sign-in has to be started again.
      if (cause instanceof OAuthError && cause.body.code === 'invalid_mfa_token') setSecondStep(undefined)
      else field?.select()
      return false
    })
  }

  function submitCode(event: FieldEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    return finish(
      () => secondStep?.finish(textsOf(form)('otp')),
      form.querySelector<HTMLInputElement>('input[name=otp]'),
    )
  }

  function toggle({ currentTarget: { value, checked } }: FieldEvent<HTMLInputElement>) {
    setScopes(checked ? [...scopes, value] : scopes.filter((scope) => scope !== value))
  }

  const description = schema.get('description')
  const heading = h('h4', {}, `${name} (OAuth2, password)`)

  const closeButton = button(system, 'Close', { className: 'btn modal-btn auth btn-done', onClick: close })

  if (state.isSignedIn) {
    return h(
      'div',
      { className: 'latchkey-form latchkey-signed-in' },
      heading,
      h('p', {}, 'Signed in', state.username && h('span', {}, ' as ', h('b', {}, state.username)), '.'),
      offers.secondFactors &&
        state.scopes.includes('account') &&
        h(SecondFactors, { session, system, idOf, hasPasskeys: offers.passkeys }),
      h(
        'div',
        { className: 'auth-btn-wrapper' },
        button(system, 'Sign out', { onClick: () => session.signOut() }),
        closeButton,
      ),
    )
  }
  const message = errorMessage(system, error)
  const buttons = (passkeyButton: Node) =>
    h(
      'div',
      { className: 'auth-btn-wrapper' },
      button(system, 'Authorize', { type: 'submit', className: 'btn modal-btn auth authorize', disabled: isBusy }),
      passkeyButton,
      closeButton,
    )
  if (secondStep !== undefined) {
    // Another key, so that the password leaves the page with the first form.
    return h(
      'form',
      { key: 'code', className: 'latchkey-form', onSubmit: submitCode },
      heading,
      h('p', {}, secondStep.message),
      field(system, 'Code', idOf('otp'), { name: 'otp', autoComplete: 'one-time-code', autoFocus: true }),
      message,
      buttons(
        secondStep.factors.includes('passkey') &&
          passkeyObstacle() === undefined &&
          button(system, 'Use a passkey', {
            disabled: isBusy,
            onClick: () => finish(() => secondStep.finishWithPasskey()),
          }),
      ),
    )
  }
  return h(
    'form',
    { key: 'password', className: 'latchkey-form', onSubmit: submit },
    heading,
    typeof description === 'string' && h(getComponent('Markdown', true), { source: description }),
    field(system, 'Username', idOf('username'), { name: 'username', autoComplete: 'username', autoFocus: true }),
    field(system, 'Password', idOf('password'), {
      name: 'password',
      type: 'password',
      autoComplete: 'current-password',
    }),
    message,
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
      field(system, 'Client ID', idOf('client_id'), { name: 'client_id', autoComplete: 'off', required: false }),
      field(system, 'Client secret', idOf('client_secret'), {
        name: 'client_secret',
        type: 'password',
        autoComplete: 'off',
        required: false,
      }),
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
    buttons(
      offers.passkeys &&
        passkeyObstacle() === undefined &&
        button(system, 'Sign in with a passkey', { disabled: isBusy, onClick: signInWithPasskey }),
    ),
  )
}
