import { passkeyObstacle } from '../session/passkey.ts'
import { countOf, type Factor, type Factors, needsFactor } from './account-factors.ts'
import { actions } from './second-factor-views.ts'
import { button } from './sign-in-fields.ts'
import type { Node, System } from './system.ts'

interface Props extends Factors {
  system: System
  hasPasskeys: boolean
  isBusy: boolean
  error: Node
  add: (kind: 'totp' | 'passkeys') => void
  rename: (kind: 'totp' | 'passkeys', factor: Factor) => void
  remove: (kind: 'totp' | 'passkeys', factor: Factor) => void
  replaceCodes: () => void
}

/** Lists the second factors of an account, with buttons to change them. */
export function FactorList({
  system,
  hasPasskeys,
  isBusy,
  error,
  add,
  rename,
  remove,
  replaceCodes,
  ...factors
}: Props) {
  const { createElement: h } = system.React
  const { totp, passkeys, codesLeft, isRequired } = factors
  const count = countOf(factors)
  const mustStay = isRequired && count === 1
  const row = (kind: 'totp' | 'passkeys', meaning: string) => (factor: Factor) => {
    const { id, name, created_at: addedAt, used_at: usedAt } = factor
    const dayOf = (time: string) => new Date(time).toLocaleDateString()
    const dates = `added ${dayOf(addedAt)}, ${usedAt === null ? 'never used' : `last used ${dayOf(usedAt)}`}`
    return h(
      'li',
      { key: id },
      // Many are named after what they are.
      h('span', {}, h('b', {}, name), name.startsWith(meaning) ? dates : `${meaning}, ${dates}`),
      button(h, 'Rename', { 'aria-label': `Rename ${name}`, onClick: () => rename(kind, factor) }),
      !mustStay && button(h, 'Remove', { 'aria-label': `Remove ${name}`, onClick: () => remove(kind, factor) }),
    )
  }
  const obstacle = hasPasskeys ? passkeyObstacle() : undefined

  return h(
    'div',
    {},
    count === 0
      ? h('p', {}, isRequired ? needsFactor : 'None: your password alone signs you in.')
      : h(
          'ul',
          {},
          ...totp.map(row('totp', 'Authenticator app')),
          ...passkeys.map(row('passkeys', 'Passkey')),
          h(
            'li',
            {},
            h('span', {}, `${codesLeft} recovery ${codesLeft === 1 ? 'code' : 'codes'} left`),
            button(h, 'Replace', { 'aria-label': 'Replace the recovery codes', onClick: replaceCodes }),
          ),
        ),
    mustStay && h('p', {}, 'Your account must have a second factor. To replace this one, first add another.'),
    error,
    actions(
      h,
      button(h, 'Add an authenticator app', { disabled: isBusy, onClick: () => add('totp') }),
      hasPasskeys &&
        obstacle === undefined &&
        button(h, 'Add a passkey', { disabled: isBusy, onClick: () => add('passkeys') }),
    ),
    obstacle && h('p', {}, obstacle),
  )
}
