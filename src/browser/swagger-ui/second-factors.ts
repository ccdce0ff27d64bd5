import { callApi, type ApiCall } from '../session/call-api.ts'
import { OAuthError } from '../session/errors.ts'
import { passkeyObstacle } from '../session/passkey.ts'
import { countOf, type Factor, type Factors, loadFactors } from './account-factors.ts'
import { explain } from './explain.ts'
import { FactorList } from './factor-list.ts'
import { actions, IdentityForm, NameForm, RecoveryCodes, TotpForm, type TotpSetup } from './second-factor-views.ts'
import { button, reasonOfFailure } from './sign-in-fields.ts'
import type { PageSession } from './sessions.ts'
import type { Node, System } from './system.ts'

interface Props {
  session: PageSession
  system: System
  /** Makes the id of a field unique on the page. */
  idOf: (field: string) => string
  hasPasskeys: boolean
}

/** What the section shows; undefined is the list. */
type View =
  /** Asks for the name of a factor. */
  | { title: string; suggestion: string; submit: (name: string) => Promise<void> }
  | { title: string; setup: TotpSetup }
  | { title: string; codes: string[] }
  /** A change to be confirmed. */
  | { title: string; text: string; verb: string; run: () => Promise<void> }
  /** The user has to authenticate again, after which the change is repeated. */
  | { title: string; repeat: () => Promise<void> }

/** Lets the user manage the second factors of the account. */
export function SecondFactors({ session, system, idOf, hasPasskeys }: Props) {
  const { createElement: h, useEffect, useState } = system.React
  const [factors, setFactors] = useState<Factors>()
  // Codes that were not saved when the dialog was closed.
  const [view, setView] = useState<View | undefined>(() => codesView(session.unsavedCodes))
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  const [note, setNote] = useState('')
  // Counts the views, so that each takes the focus except the first, which is drawn with the dialog.
  const [step, setStep] = useState(0)

  const call = (path: string, method?: ApiCall['method'], body?: object) =>
    callApi(session.fetch, session.tokenUrl, { path: `users/me/${path}`, ...(method && { method }), body })
  const load = async () => setFactors(await loadFactors(session))
  useEffect(() => {
    load().catch((cause: unknown) => setError(explain(cause)))
    return () => {}
  }, [])

  function show(next: View | undefined, text = '') {
    setView(next)
    setNote(text)
    setError(undefined)
    setStep((count) => count + 1)
  }

  /** Makes a change. If the server demands it, the user authenticates first. */
  async function run(change: () => Promise<void>) {
    setBusy(true)
    setError(undefined)
    try {
      await change()
    } catch (cause) {
      const isStale = cause instanceof OAuthError && cause.error === 'insufficient_user_authentication'
      if (isStale) show({ title: 'Confirm that it is you', repeat: change })
      else setError(explain(cause))
    }
    setBusy(false)
  }

  /** Shows recovery codes that the server sent, else the list as it is now. */
  async function finish(text: string, { recovery_codes: codes }: { recovery_codes?: unknown } = {}) {
    const hasCodes = Array.isArray(codes)
    // Before anything else can fail, since the server sends them only once.
    if (hasCodes) {
      session.unsavedCodes = codes.map(String)
      show(codesView(session.unsavedCodes), text)
    }
    // Where a second factor is required, the next access token has more scopes after the first one.
    const token = await session.getAccessToken()
    if (hasCodes && token !== undefined) await session.replaceAccessToken(token)
    await load()
    if (!hasCodes) show(undefined, text)
  }

  const addTotp = async (name: string) => {
    const { id, secret, uri, qr_code: qrCode } = await call('totp', 'POST', { name })
    const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
    const setup = { id: String(id), secret: text(secret), uri: text(uri), qrCode: text(qrCode) }
    show({ title: addTitle, setup })
  }
  const addPasskey = async (name: string) =>
    finish('The passkey was added.', await session.createPasskey(name === '' ? {} : { name }))
  const replaceCodes = () =>
    show({
      title: 'Replace the recovery codes?',
      text: 'The previous ones will no longer work.',
      verb: 'Replace',
      run: async () => finish('The previous codes no longer work.', await call('recovery-codes')),
    })
  const rename = (kind: string, { id, name: previous }: Factor) =>
    show({
      title: `Rename ${previous}`,
      suggestion: previous,
      async submit(name) {
        const renamed = await call(`${kind}/${id}`, 'PATCH', { name })
        await finish(`${previous} is now ${String(renamed.name)}.`)
      },
    })
  const remove = (kind: string, { id, name }: Factor, isLast: boolean) =>
    show({
      title: `Remove ${name}?`,
      text: isLast
        ? 'It is the last one: this also deletes your recovery codes, and the password alone signs you in. All other ' +
          'sessions end.'
        : 'It will no longer sign you in. All other sessions end.',
      verb: 'Remove',
      async run() {
        await call(`${kind}/${id}`, 'DELETE')
        await finish(`${name} was removed.`)
      },
    })

  function body(factors: Factors): Node {
    const { totp, passkeys, codesLeft } = factors
    const count = countOf(factors)
    const cancel = () => show(undefined)
    const common = { system, idOf, isBusy, error: reasonOfFailure(h, error), cancel }
    if (view === undefined) {
      return h(FactorList, {
        ...common,
        ...factors,
        hasPasskeys,
        add: (kind) =>
          show(
            kind === 'totp'
              ? { title: addTitle, suggestion: freeName('Authenticator app', totp), submit: addTotp }
              : { title: 'Add a passkey', suggestion: '', submit: addPasskey },
          ),
        rename,
        remove: (kind, factor) => remove(kind, factor, count === 1),
        replaceCodes,
      })
    }
    if ('submit' in view) {
      const { submit, suggestion } = view
      return h(NameForm, { ...common, suggestion, confirm: (name) => run(() => submit(name)) })
    }
    if ('setup' in view) {
      const { id } = view.setup
      const confirm = async (otp: string) =>
        finish('The authenticator app was added.', await call(`totp/${id}/confirm`, 'POST', { otp }))
      return h(TotpForm, { ...common, ...view.setup, confirm: (otp) => run(() => confirm(otp)) })
    }
    if ('codes' in view) {
      const close = () => {
        session.unsavedCodes = undefined
        cancel()
      }
      return h(RecoveryCodes, { system, codes: view.codes, close })
    }
    if ('repeat' in view) {
      const { repeat } = view
      return h(IdentityForm, {
        ...common,
        proofs: {
          code: totp.length > 0 || codesLeft > 0,
          passkey: passkeys.length > 0 && passkeyObstacle() === undefined,
          password: count === 0,
        },
        confirm: (proof) =>
          run(async () => {
            await session.reauthenticate(proof)
            show(undefined)
            await repeat()
          }),
      })
    }
    return h(
      'div',
      {},
      h('p', {}, view.text),
      common.error,
      actions(
        h,
        button(h, view.verb, { disabled: isBusy, onClick: () => run(view.run) }),
        button(h, 'Cancel', { onClick: cancel }),
      ),
    )
  }

  return h(
    'section',
    { className: 'latchkey-factors' },
    h('h5', { key: step, tabIndex: -1, ref: step > 0 ? focus : undefined }, view?.title ?? 'Second factors'),
    h('p', { role: 'status' }, note),
    factors === undefined ? reasonOfFailure(h, error) : body(factors),
  )
}

const addTitle = 'Add an authenticator app'

function codesView(codes: string[] | undefined): View | undefined {
  return codes && { title: 'Recovery codes', codes }
}

/** Called by React with the element once it is drawn. A field behind it that wants the focus gets it afterwards. */
function focus(element: HTMLElement | null) {
  element?.focus()
}

/** A name that no other device has. */
function freeName(name: string, devices: Factor[]) {
  const isTaken = (candidate: string) => devices.some((device) => device.name === candidate)
  let candidate = name
  for (let count = 2; isTaken(candidate); count++) candidate = `${name} ${count}`
  return candidate
}
