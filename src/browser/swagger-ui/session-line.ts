import type { EndReason } from '../session/tab-session.ts'
import type { Sessions } from './sessions.ts'
import type { Node, System, WrapComponent } from './system.ts'

const endings: Record<EndReason, string> = {
  'signed-out': 'Signed out.',
  unconfirmed: 'Signed out here. The server did not confirm it, so the session may last until it expires.',
  ended: 'Your session has ended. Sign in again.',
  expired: 'Your session has expired. Sign in again.',
  superseded: 'Signed out: your session continued in another tab. Sign in again.',
}

/** Says beside the Authorize button who is signed in, with which scopes, and how long the access token lives. */
export function sessionLineFor(sessions: Sessions): WrapComponent {
  return (Original, system) =>
    function AuthorizeWithSession(props) {
      const { createElement: h } = system.React
      return h('div', { className: 'latchkey-auth' }, h(SessionLines, { sessions, system }), h(Original, props))
    }
}

function SessionLines({ sessions, system }: { sessions: Sessions; system: System }) {
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
        session.isUnreachable() && status('. The server could not be reached.'),
        h('button', { type: 'button', className: 'btn', onClick: () => session.signOut() }, 'Sign out'),
      )
    }),
  )
}

function describe(ms: number) {
  if (ms <= 0) return 'expired'
  const seconds = Math.ceil(ms / 1000)
  return `valid for ${seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`}`
}
