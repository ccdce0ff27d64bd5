import type { Load } from './load.ts'
import { cpuTimeOf } from './processes.ts'
import { figure, median, spread } from './report.ts'

const rounds = 7

/** The number of rounds, including the warm-up. */
export const runs = rounds + 1

export interface Contestant {
  name: string
  /** The process whose CPU time is measured. */
  pid: number
  /** @param round the number of the round; 0 is the warm-up */
  run: (round: number) => Promise<Load>
}

/** The rate, and the CPU time per response in microseconds. `busy` is the average number of cores in use. */
export interface Round {
  perSecond: number
  user: number
  system: number
  busy: number
}

/** Runs each contestant once as a warm-up, then all of them in turn. */
export async function takeTurns(contestants: Contestant[]): Promise<Round[][]> {
  const results = contestants.map(() => new Array<Round>())
  for (const { run } of contestants) await run(0)
  for (let round = 1; round <= rounds; round++) {
    for (const [index, contestant] of contestants.entries()) {
      const result = await measure(contestant, round)
      results[index]?.push(result)
      console.log(
        `round ${round}, ${contestant.name}: ` +
          `${figure(result.perSecond)} a second, ${figure(result.user)} + ${figure(result.system)} µs of CPU time each`,
      )
    }
  }
  return results
}

async function measure({ pid, run }: Contestant, round: number): Promise<Round> {
  const before = await cpuTimeOf(pid)
  const { answered, perSecond } = await run(round)
  const after = await cpuTimeOf(pid)
  const user = (after.user - before.user) / answered
  const system = (after.system - before.system) / answered
  return { perSecond, user, system, busy: ((user + system) * perSecond) / 1e6 }
}

/** The ratios of the rates, round by round. */
export function ratiosOf(own: Round[], reference: Round[]): number[] {
  return own.map(({ perSecond }, round) => perSecond / (reference[round]?.perSecond ?? NaN))
}

export function rateOf(results: Round[]): string {
  return `${figure(median(results.map(({ perSecond }) => perSecond)))}/s`
}

/** Makes a row of the table with details. */
export function detailsOf(name: string, results: Round[]): string[] {
  return [
    name,
    spread(results.map(({ perSecond }) => perSecond)),
    spread(results.map(({ user }) => user)),
    spread(results.map(({ system }) => system)),
    figure(median(results.map(({ busy }) => busy))),
  ]
}
