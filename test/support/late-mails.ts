/** A promise that is kept when it is said. */
export function comingLater() {
  let come = () => {}
  const promise = new Promise<void>((resolve) => {
    come = resolve
  })
  return { promise, come: () => come() }
}
