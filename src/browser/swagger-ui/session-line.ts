import type { EndReason } from '../session/tab-session.ts'
import { countOf, loadFactors, needsFactor } from './account-factors.ts'
import type { Offers } from './offers.ts'
import type { PageSession, Sessions } from './sessions.ts'
import type { Node, System, WrapComponent } from './system.ts'

const endings: Record<EndReason, string> = {
  'signed-out': 'Signed out.',
  unconfirmed: 'Signed out here. The server did not confirm it, so the session may last until it expires.',
  ended: 'Your session has ended. Sign in again.',
  expired: 'Your session has expired. Sign in again.',
  superseded: 'Signed out: your session continued in another tab. Sign in again.',
}

/** Says beside the Authorize button who is signed in, with which scopes, and how long the access token lives. */
export function sessionLineFor(sessions: Sessions, offersOf: OffersOf): WrapComponent {
  return (Original, system) =>
    function AuthorizeWithSession(props) {
      const { createElement: h } = system.React
      return h(
        'div',
        { className: 'latchkey-auth' },
        h(SessionLines, { sessions, system, offersOf }),
        h(Original, props),
      )
    }
}

type OffersOf = (session: PageSession) => Offers

interface Props {
  sessions: Sessions
  system: System
  offersOf: OffersOf
}

function SessionLines({ sessions, system, offersOf }: Props) {
  const { createElement: h, useEffect, useState } = system.React
  const [, redraw] = useState(0)
  useEffect(() => {
    const update = () => redraw((count) => count + 1)
    const unsubscribe = sessions.subscribe(update)
    const timer = setInterval(update, 5000)
    return () => {
      clearInterval(timer)
      unsubscribe()
    }
  }, [])
  const hasSeveral = sessions.entries().length > 1

  return h(
    'div',
    { className: 'latchkey-session' },
    ...sessions.entries().map(([name, session]) => {
      const state = session.getState()
      // The rest changes too often to be read out.
      const status = (...text: Node[]) => h('span', { role: 'status' }, ...text)
      const label = hasSeveral && `${name}: `
      if (!state.isSignedIn) {
        return h('p', { key: name }, state.reason && label, status(state.reason && endings[state.reason]))
      }
      const { username, scopes, expiresAt } = state
      return h(
        'p',
        { key: name },
        label,
        status('Signed in', username && h('span', {}, ' as ', h('b', {}, username))),
        scopes.length > 0 && h('span', {}, ' with ', h('code', {}, scopes.join(' '))),
        expiresAt !== undefined && `, access token ${describe(expiresAt - Date.now())}`,
        '.',
        session.unsavedCodes && status(' Your recovery codes are not saved. Click Authorize to see them.'),
        offersOf(session).secondFactors && h(MissingFactor, { session, system }),
        session.isUnreachable() && status(' The server could not be reached.'),
        h('button', { type: 'button', className: 'btn', onClick: () => session.signOut() }, 'Sign out'),
      )
    }),
  )
}

/** Says that the user must add a second factor. Until then, the scopes are cut to `account`. */
function MissingFactor({ session, system }: { session: PageSession; system: System }) {
  const { createElement: h, useEffect, useState } = system.React
  const [isMissing, setMissing] = useState(false)
  const state = session.getState()
  const token = state.isSignedIn && state.scopes.join(' ') === 'account' ? state.accessToken : undefined
  useEffect(() => {
    let isCurrent = true
    async function check() {
      const factors = token === undefined ? undefined : await loadFactors(session)
      if (isCurrent) setMissing(factors !== undefined && factors.isRequired && countOf(factors) === 0)
    }
    // The dialog, which loads them as well, says what is wrong.
    check().catch(() => {})
    return () => {
      isCurrent = false
    }
  }, [token])
  return h('span', { role: 'status' }, isMissing && ` ${needsFactor} Click Authorize to add one.`)
}

function describe(ms: number) {
  if (ms <= 0) return 'expired'
  const seconds = Math.ceil(ms / 1000)
  return `valid for ${seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`}`
}
