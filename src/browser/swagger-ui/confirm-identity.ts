import { passkeyObstacle } from '../session/passkey.ts'
import { explain } from './explain.ts'
import { IdentityForm } from './second-factor-views.ts'
import type { PageSession } from './sessions.ts'
import { closeDialog, reasonOfFailure } from './sign-in-fields.ts'
import type { System } from './system.ts'

/** A request that waits until the user has authenticated again. */
export interface Confirmation {
  /** Whether the password is not enough. */
  needsSecondFactor: boolean
  /** Whether the user has done so; false if the dialog was closed. */
  isConfirmed: Promise<boolean>
  finish: (isConfirmed: boolean) => void
}

/**
 * Asks the user to authenticate again (RFC 9470), in the Authorize dialog.
 * @param name the security scheme of the session
 * @param challenge the `WWW-Authenticate` of the response that demands it
 * @returns whether the user has done so
 */
export function requestConfirmation(
  { authActions, authSelectors }: System,
  name: string,
  session: PageSession,
  challenge: string,
): Promise<boolean> {
  session.confirmation ??= createConfirmation(session, challenge)
  authActions.showDefinitions(authSelectors.definitionsToAuthorize().filter((definition) => definition.has(name)))
  return session.confirmation.isConfirmed
}

function createConfirmation(session: PageSession, challenge: string): Confirmation {
  let settle = (_isConfirmed: boolean) => {}
  const isConfirmed = new Promise<boolean>((resolve) => {
    settle = resolve
  })
  return {
    needsSecondFactor: challenge.includes('aal2'),
    isConfirmed,
    finish(isConfirmed) {
      session.confirmation = undefined
      settle(isConfirmed)
    },
  }
}

interface Props {
  confirmation: Confirmation
  session: PageSession
  system: System
  idOf: (field: string) => string
  hasPasskeys: boolean
}

/** Asks for a second factor or the password, then lets the request that waits for it continue. */
export function ConfirmIdentity({ confirmation, session, system, idOf, hasPasskeys }: Props) {
  const { createElement: h, useEffect, useState } = system.React
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  const { needsSecondFactor, finish } = confirmation
  // However the dialog is closed.
  useEffect(() => () => finish(false), [])

  async function confirm(proof: Parameters<PageSession['reauthenticate']>[0]) {
    setBusy(true)
    setError(undefined)
    try {
      await session.reauthenticate(proof)
      finish(true)
      closeDialog(system)
    } catch (cause) {
      setError(explain(cause))
      setBusy(false)
    }
  }

  return h(
    'section',
    { className: 'latchkey-factors' },
    h('h5', {}, 'Confirm that it is you'),
    h(IdentityForm, {
      system,
      idOf,
      isBusy,
      error: reasonOfFailure(h, error),
      cancel: () => closeDialog(system),
      proofs: {
        code: needsSecondFactor,
        passkey: needsSecondFactor && hasPasskeys && passkeyObstacle() === undefined,
        password: !needsSecondFactor,
      },
      confirm,
    }),
  )
}
