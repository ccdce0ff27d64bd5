import { OAuthError, SecondFactorError } from '../session/errors.ts'
import { passkeyObstacle } from '../session/passkey.ts'
import { ConfirmIdentity } from './confirm-identity.ts'
import { explain } from './explain.ts'
import type { Offers } from './offers.ts'
import { SecondFactors } from './second-factors.ts'
import type { PageSession, Sessions } from './sessions.ts'
import {
  button,
  clientFields,
  closeButton,
  closeDialog,
  codeField,
  field,
  heading,
  idsFor,
  reasonOfFailure,
  rememberField,
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
  offersOf: (session: PageSession) => Offers,
): WrapComponent<Props> {
  return (Original, system) =>
    function PasswordFlow(props: Props) {
      const session = sessions.get(props.name)
      const { createElement: h } = system.React
      if (props.schema.get('flow') !== 'password' || session === undefined) return h(Original, props)
      const offers = offersOf(session)
      return h(SignInForm, { ...props, session, sessions, system, offers, usualScopes: usualScopes.split(/\s+/) })
    }
}

interface FormProps extends Props {
  session: PageSession
  sessions: Sessions
  system: System
  offers: Offers
  usualScopes: string[]
}

/** Shows who is signed in, or one of the forms to sign in. */
function SignInForm(props: FormProps) {
  const { createElement: h, useState } = props.system.React
  const attempts = useAttempts(props.system.React)
  const [secondStep, setSecondStep] = useState<SecondFactorError>()
  const [username, setUsername] = useState('')
  if (props.session.getState().isSignedIn) return h(SignedIn, props)
  return secondStep === undefined
    ? h(PasswordForm, {
        ...props,
        ...attempts,
        username,
        continueWith(next, username) {
          setUsername(username)
          setSecondStep(next)
        },
      })
    : h(CodeForm, { ...props, ...attempts, secondStep, startAgain: () => setSecondStep(undefined) })
}

function SignedIn({ name, offers, session, sessions, system }: FormProps) {
  const { createElement: h } = system.React
  const state = session.getState()
  if (!state.isSignedIn) return null
  const { scopes, username } = state
  const { confirmation } = session
  const common = { session, system, idOf: idsFor(sessions, name), hasPasskeys: offers.passkeys }
  if (confirmation !== undefined) {
    return h(
      'div',
      { className: 'latchkey-form latchkey-signed-in' },
      heading(h, name),
      h(ConfirmIdentity, { ...common, confirmation }),
    )
  }
  return h(
    'div',
    { className: 'latchkey-form latchkey-signed-in' },
    heading(h, name),
    h('p', {}, 'Signed in', username && h('span', {}, ' as ', h('b', {}, username)), '.'),
    offers.secondFactors && scopes.includes('account') && h(SecondFactors, common),
    h(
      'div',
      { className: 'auth-btn-wrapper' },
      button(h, 'Sign out', { onClick: () => session.signOut() }),
      closeButton(h, system),
    ),
  )
}

interface PasswordFormProps extends FormProps, Attempts {
  /** The one that was entered before. */
  username: string
  /** Asks for the second factor. */
  continueWith: (secondStep: SecondFactorError, username: string) => void
}

function PasswordForm(props: PasswordFormProps) {
  const {
    attempt,
    error,
    getComponent,
    isBusy,
    name,
    offers,
    schema,
    session,
    sessions,
    system,
    usualScopes,
    username,
  } = props
  const { createElement: h, useState } = system.React
  const offered = Object.entries((schema.get('scopes') as ImmutableMap | undefined)?.toJS() ?? {})
  const [scopes, setScopes] = useState(() =>
    offered.map(([scope]) => scope).filter((scope) => usualScopes.includes(scope)),
  )
  const idOf = idsFor(sessions, name)
  const description = schema.get('description')

  const settingsFrom = (text: TextOf) => ({
    scope: scopes.join(' '),
    clientId: text('client_id'),
    clientSecret: text('client_secret'),
    clientAuthentication: text('client_authentication') === 'body' ? ('body' as const) : ('header' as const),
  })
  async function signIn(text: TextOf) {
    try {
      await session.signIn({ username: text('username'), password: text('password'), ...settingsFrom(text) })
      closeDialog(system)
    } catch (cause) {
      if (!(cause instanceof SecondFactorError)) throw cause
      props.continueWith(cause, text('username'))
    }
  }
  async function signInWithPasskey(text: TextOf) {
    await session.signInWithPasskey(settingsFrom(text))
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
      autoFocus: username === '',
      defaultValue: username,
      required: true,
    }),
    field(h, 'Password', idOf('password'), {
      name: 'password',
      type: 'password',
      autoComplete: 'current-password',
      autoFocus: username !== '',
      required: true,
    }),
    reasonOfFailure(h, error),
    offered.length > 0 && scopeFields(h, offered, scopes, setScopes),
    clientFields(h, idOf),
    submitButtons(
      h,
      isBusy,
      'Authorize',
      offers.passkeys &&
        passkeyObstacle() === undefined &&
        button(h, 'Sign in with a passkey', { disabled: isBusy, onClick: attempt(signInWithPasskey) }),
      closeButton(h, system),
    ),
  )
}

interface CodeFormProps extends FormProps, Attempts {
  secondStep: SecondFactorError
  startAgain: () => void
}

function CodeForm(props: CodeFormProps) {
  const { attempt, error, isBusy, name, secondStep, sessions, startAgain, system } = props
  const { createElement: h } = system.React
  const { factors, rememberDeviceDays: days } = secondStep
  const rememberIn = (text: TextOf) => (days > 0 ? { rememberDevice: text('remember_device') !== '' } : {})
  const finishing = (finish: (text: TextOf) => Promise<void>) => async (text: TextOf) => {
    try {
      await finish(text)
      closeDialog(system)
    } catch (cause) {
      // It has expired.
      if (cause instanceof OAuthError && cause.code === 'invalid_mfa_token') startAgain()
      throw cause
    }
  }
  return h(
    'form',
    {
      className: 'latchkey-form',
      onSubmit: attempt(
        finishing((text) => secondStep.finish(text('otp'), rememberIn(text))),
        'otp',
      ),
    },
    heading(h, name),
    h(
      'p',
      {},
      factors.includes('totp')
        ? 'Enter a code from your authenticator app, or a recovery code.'
        : 'Use your passkey, or enter a recovery code.',
    ),
    codeField(h, idsFor(sessions, name)('otp')),
    days > 0 && rememberField(h, days),
    reasonOfFailure(h, error),
    submitButtons(
      h,
      isBusy,
      'Continue',
      factors.includes('passkey') &&
        passkeyObstacle() === undefined &&
        button(h, 'Use a passkey', {
          disabled: isBusy,
          onClick: attempt(finishing((text) => secondStep.finishWithPasskey(rememberIn(text)))),
        }),
      // Also removes what was said about the previous code.
      button(h, 'Back', { disabled: isBusy, onClick: attempt(async () => startAgain()) }),
    ),
  )
}

/** Returns the text of a field of a form. */
type TextOf = (field: string) => string

interface Attempts {
  isBusy: boolean
  /** Why the last attempt failed. */
  error: string | undefined
  /**
   * Makes the handler of a form that is submitted, or of one of its buttons.
   * @param fieldToCorrect is selected if the action fails
   */
  attempt(
    action: (text: TextOf) => Promise<void>,
    fieldToCorrect?: string,
  ): (event: FieldEvent<HTMLFormElement | HTMLButtonElement>) => Promise<void>
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
      const form = event.currentTarget.closest('form')
      if (form === null) return
      setBusy(true)
      setError(undefined)
      try {
        await action((field) => String(new FormData(form).get(field) ?? ''))
      } catch (cause) {
        setError(explain(cause))
        if (fieldToCorrect !== undefined) form.querySelector<HTMLInputElement>(`[name=${fieldToCorrect}]`)?.select()
      }
      setBusy(false)
    },
  }
}
