import { passkeyObstacle } from '../session/passkey.ts'
import { button, codeField, type CreateElement, field } from './sign-in-fields.ts'
import type { FieldEvent, Node, System } from './system.ts'

interface ViewProps {
  system: System
  idOf: (field: string) => string
  isBusy: boolean
  /** Drawn above the buttons. */
  error: Node
  cancel: () => void
}

interface NameProps extends ViewProps {
  /** Empty if the server names it. */
  suggestion: string
  confirm: (name: string) => void
}

/** Asks for the name of a factor. */
export function NameForm({ system, idOf, isBusy, error, cancel, suggestion, confirm }: NameProps) {
  const { createElement: h } = system.React
  const isOptional = suggestion === ''
  return h(
    'form',
    { onSubmit: submitting('name', confirm) },
    field(h, isOptional ? 'Name (optional)' : 'Name', idOf('factor_name'), {
      name: 'name',
      defaultValue: suggestion,
      autoComplete: 'off',
      autoFocus: true,
      maxLength: 64,
      required: !isOptional,
    }),
    error,
    actions(h, button(h, 'Continue', { type: 'submit', disabled: isBusy }), button(h, 'Cancel', { onClick: cancel })),
  )
}

/** An authenticator app to be confirmed. A field that the server does not send is undefined. */
export interface TotpSetup {
  id: string
  secret: string | undefined
  uri: string | undefined
  /** SVG. */
  qrCode: string | undefined
}

interface TotpProps extends ViewProps, TotpSetup {
  confirm: (otp: string) => void
}

/** Shows the secret of an authenticator app and asks for its first code. */
export function TotpForm({ system, idOf, isBusy, error, cancel, secret, uri, qrCode, confirm }: TotpProps) {
  const { createElement: h } = system.React
  return h(
    'form',
    { onSubmit: submitting('otp', confirm) },
    h('p', {}, 'Scan the QR code with your authenticator app, or enter the key. Then enter the code that it shows.'),
    h(
      'div',
      { className: 'latchkey-setup' },
      qrCode && h('img', { alt: 'QR code', src: `data:image/svg+xml,${encodeURIComponent(qrCode)}` }),
      h(
        'div',
        {},
        secret && h('p', {}, 'Key: ', h('code', {}, secret.replace(/.{4}(?=.)/g, '$& '))),
        uri?.startsWith('otpauth:') && h('p', {}, h('a', { href: uri }, 'Open in an app on this device')),
        codeField(h, idOf('factor_otp'), { inputMode: 'numeric' }),
      ),
    ),
    error,
    actions(h, button(h, 'Confirm', { type: 'submit', disabled: isBusy }), button(h, 'Cancel', { onClick: cancel })),
  )
}

/** Shows recovery codes once. */
export function RecoveryCodes({ system, codes, close }: { system: System; codes: string[]; close: () => void }) {
  const { createElement: h, useState } = system.React
  const [note, setNote] = useState('')
  async function copy({ currentTarget }: FieldEvent<HTMLButtonElement>) {
    const list = currentTarget.closest('.latchkey-factors')?.querySelector('pre')
    try {
      await navigator.clipboard.writeText(codes.join('\n'))
      setNote('Copied.')
    } catch {
      // Browsers have no clipboard on plain http.
      if (list) getSelection()?.selectAllChildren(list)
      setNote('Selected. Copy them with the keyboard or the menu.')
    }
  }
  return h(
    'div',
    {},
    h(
      'p',
      {},
      'If you lose your device, each of these codes signs you in once. Keep them in a safe place: they are not ' +
        'shown again.',
    ),
    h('pre', {}, codes.join('\n')),
    h('p', { role: 'status' }, note),
    actions(h, button(h, 'Copy', { onClick: copy }), button(h, 'I have saved them', { onClick: close })),
  )
}

interface IdentityProps extends ViewProps {
  /** What the account can use. */
  proofs: { code: boolean; passkey: boolean; password: boolean }
  confirm: (proof: { otp: string } | { passkey: true } | { password: string }) => void
}

/** Asks for what renews the authentication of the session. */
export function IdentityForm({ system, idOf, isBusy, error, cancel, proofs, confirm }: IdentityProps) {
  const { createElement: h } = system.React
  const { code, passkey, password } = proofs
  return h(
    'form',
    {
      onSubmit: password
        ? submitting('password', (password) => confirm({ password }))
        : submitting('otp', (otp) => confirm({ otp })),
    },
    h('p', {}, 'It has been a while since you signed in.', code && ' Enter a code from your app, or a recovery code.'),
    code && codeField(h, idOf('factor_otp')),
    password &&
      field(h, 'Password', idOf('factor_password'), {
        name: 'password',
        type: 'password',
        autoComplete: 'current-password',
        autoFocus: true,
        required: true,
      }),
    !code && !password && h('p', {}, passkeyObstacle()),
    error,
    actions(
      h,
      (code || password) && button(h, 'Continue', { type: 'submit', disabled: isBusy }),
      passkey && button(h, 'Use a passkey', { disabled: isBusy, onClick: () => confirm({ passkey: true }) }),
      button(h, 'Cancel', { onClick: cancel }),
    ),
  )
}

/** A row of buttons. */
export function actions(h: CreateElement, ...buttons: Node[]) {
  return h('div', { className: 'latchkey-actions' }, ...buttons)
}

/** Handles a form with one field. */
function submitting(name: string, submit: (value: string) => void) {
  return (event: FieldEvent<HTMLFormElement>) => {
    event.preventDefault()
    const { currentTarget: form } = event
    // A wrong code is replaced by the next one that is typed.
    form.querySelector('input')?.select()
    submit(String(new FormData(form).get(name) ?? ''))
  }
}
