import { singleFlight } from './single-flight.ts'

/** So many rows at once: what it holds up ends in a few milliseconds. */
const slice = 200

interface Chores {
  /** What may be due. */
  due: (() => Promise<void> | undefined)[]
  /** What removes rows that are over. @param most how many at once. @returns how many there were */
  over: ((most: number) => Promise<number>)[]
}

export type Housekeeping = ReturnType<typeof createHousekeeping>

/** What has to be done now and then, by any instance. */
export function createHousekeeping({ due, over }: Chores) {
  return {
    run: singleFlight(async () => {
      for (const doDue of due) await doDue()
      for (const remove of over) while ((await remove(slice)) === slice);
    }),
  }
}
