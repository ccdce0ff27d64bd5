import type { WrapComponent } from './system.ts'

/** Makes the Authorize dialog one for keyboards and screen readers, and gives the focus back when it closes. */
export const prepareDialog: WrapComponent = (Original, { React: { createElement: h, useEffect, useState } }) =>
  function Dialog(props) {
    // Before the dialog is drawn, which moves the focus into it.
    const [opener] = useState(() => document.activeElement)
    useEffect(() => {
      const dialog = dialogElement()
      dialog?.setAttribute('role', 'dialog')
      dialog?.setAttribute('aria-modal', 'true')
      dialog?.setAttribute('aria-label', dialog.querySelector('h3')?.textContent ?? 'Authorize')
      // Its text is an icon.
      dialog?.querySelector('.close-modal')?.setAttribute('aria-label', 'Close')
      // Swagger UI gives the focus to its last form.
      const first = dialog?.querySelector<HTMLElement>('.latchkey-form input, .latchkey-form button')
      first?.focus()
      document.addEventListener('keydown', handleKey)
      return () => {
        document.removeEventListener('keydown', handleKey)
        if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
      }
    }, [])
    return h(Original, props)
  }

const dialogElement = () => document.querySelector('.dialog-ux .modal-ux')

/** Keeps Tab inside the dialog. Escape closes it, which Swagger UI 4 does not do. */
function handleKey(event: KeyboardEvent) {
  const dialog = dialogElement()
  if (event.key === 'Escape') dialog?.querySelector<HTMLElement>('.close-modal')?.click()
  if (event.key !== 'Tab' || dialog === null) return
  const fields = [...dialog.querySelectorAll<HTMLElement>('a[href], button, input, select, summary, textarea')]
  const reachable = fields.filter((field) => field.offsetParent !== null && !field.matches(':disabled'))
  const isOutside = !dialog.contains(document.activeElement)
  const [from, to] = event.shiftKey ? [reachable.at(0), reachable.at(-1)] : [reachable.at(-1), reachable.at(0)]
  if (document.activeElement !== from && !isOutside) return
  event.preventDefault()
  to?.focus()
}
