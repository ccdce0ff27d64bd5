import type { KeyRing } from './key-ring.ts'
import type { Sessions } from './sessions.ts'

interface Dependencies {
  keyRing: KeyRing
  sessions: Sessions
}

/** So many rows at once: what it holds up ends in a few milliseconds. */
const slice = 200

export type Housekeeping = ReturnType<typeof createHousekeeping>

/** What has to be done now and then, by any instance. */
export function createHousekeeping ({ keyRing, sessions }: Dependencies) {
  let running: Promise<void> | undefined

  async function runOnce () {
    // Does the step of the rotation that is due.
    await keyRing.freshen()
    while (await sessions.removeOver(slice) === slice);
  }

  return {
    /** One run at a time: who comes meanwhile waits for it. */
    run (): Promise<void> {
      running ??= runOnce().finally(() => { running = undefined })
      return running
    },
  }
}
