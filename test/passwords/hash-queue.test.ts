import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { networksOf } from '../../src/lib/networks.ts'
import { createHashQueue, type HashRequest, type HashQueue } from '../../src/passwords/hash-queue.ts'

const ada: HashRequest = { sharers: ['192.0.2.1'], hasReservedRoom: false }

const refused = { code: 'temporarily_unavailable' }

t.test('so many are computed at a time, and the others in the order in which they came', async (t) => {
  const { gate, finish, begun, ask } = open({ concurrency: 2 })
  const all = ['a', 'b', 'c', 'd', 'e'].map((name) => ask(name))
  await setImmediate()
  t.strictSame(begun, ['a', 'b'])
  t.strictSame(gate.state(), { running: 2, waiting: 3, maxRunning: 2 })
  finish('b')
  await setImmediate()
  t.strictSame(begun, ['a', 'b', 'c'])
  for (const name of ['a', 'c', 'd', 'e']) {
    finish(name)
    await setImmediate()
  }
  t.strictSame(begun, ['a', 'b', 'c', 'd', 'e'])
  t.strictSame(await Promise.all(all), ['a', 'b', 'c', 'd', 'e'])
  t.strictSame(gate.state(), { running: 0, waiting: 0, maxRunning: 2 })
})

t.test(
  'who would wait too long is refused at once: strangers by half the time, one network by a quarter',
  async (t) => {
    const strangers = (index: number): HashRequest => ({ sharers: [`192.0.2.${index}`], hasReservedRoom: false })
    const people = (index: number): HashRequest => ({ sharers: [`192.0.2.${index}`], hasReservedRoom: true })
    for (const [who, entrants, waiting] of [
      ['strangers', strangers, 20],
      ['those who are known', people, 40],
      ['one network', () => ada, 11],
      ['one network where all are known', () => ({ ...ada, hasReservedRoom: true }), 11],
    ] as const) {
      // A hash takes 50 ms: the next one would wait for more than 2 s, or its share of that.
      const { gate, teach, ask } = open({ concurrency: 1, queueMs: 2020 })
      await teach(50)
      const answers: unknown[] = []
      for (let index = 0; index < 60; index++) {
        ask(`${index}`, { by: entrants(index) }).catch((error) => answers.push(error))
      }
      await setImmediate()
      t.equal(gate.state().waiting, waiting, who)
      t.equal(answers.length, 60 - 1 - waiting)
      t.match(answers[0], { ...refused, statusCode: 503, headers: { 'retry-after': /^[1-5]$/ } })
      t.throws(() => gate.assertRoom(entrants(60)), refused, 'and says so to who asks before')
    }
  },
)

t.test('where strangers are refused there is room for who is known, and where a network is for another', async (t) => {
  const { gate, teach, ask } = open({ concurrency: 1, queueMs: 2020 })
  await teach(50)
  for (let index = 0; index < 60; index++) ask(`${index}`, { by: ada }).catch(() => {})
  t.throws(() => gate.assertRoom(ada), refused)
  gate.assertRoom({ sharers: ['198.51.100.1'], hasReservedRoom: false })
  for (let index = 60; index < 120; index++) {
    ask(`${index}`, { by: { sharers: [`198.51.100.${index}`], hasReservedRoom: false } }).catch(() => {})
  }
  t.throws(() => gate.assertRoom({ sharers: ['203.0.113.1'], hasReservedRoom: false }), refused)
  gate.assertRoom({ sharers: ['203.0.113.1'], hasReservedRoom: true })
})

t.test('how long one waits is expected from how long hashes took, and from what they weigh', async (t) => {
  const room = async (milliseconds: number, weight = 1) => {
    const { gate, teach, ask } = open({ concurrency: 2, queueMs: 2020 })
    await teach(milliseconds)
    for (let index = 0; index < 500; index++) {
      ask(`${index}`, { by: { sharers: [`network ${index}`], hasReservedRoom: true }, weight }).catch(() => {})
    }
    return gate.state().waiting
  }
  t.equal(await room(50), 79)
  t.equal(await room(100), 39)
  t.equal(await room(500), 7)
  t.equal(await room(50, 10), 7, 'one that weighs ten is ten')
})

t.test('what a heavy hash takes is not held against light ones', async (t) => {
  const { gate, teach, ask } = open({ concurrency: 1, queueMs: 2020 })
  await teach(500, 10)
  for (let index = 0; index < 60; index++) {
    ask(`${index}`, { by: { sharers: [`network ${index}`], hasReservedRoom: true } }).catch(() => {})
  }
  t.equal(gate.state().waiting, 40)
})

t.test('without a queue there is room for as many as are computed', async (t) => {
  const { gate, ask, finish } = open({ concurrency: 2, queueMs: 0 })
  const first = ask('a')
  ask('b')
  await t.rejects(ask('c'), refused)
  finish('a')
  await first
  ask('d')
  await setImmediate()
  t.strictSame(gate.state(), { running: 2, waiting: 0, maxRunning: 2 })
})

t.test('rejected requests are told to retry in one to five seconds, at different times', async (t) => {
  const answers = new Set<unknown>()
  for (const chance of [0, 0.19, 0.2, 0.5, 0.79, 0.8, 0.999999]) {
    const { gate, ask } = open({ concurrency: 1, queueMs: 0, random: () => chance })
    ask('a')
    try {
      gate.assertRoom(ada)
    } catch (error) {
      if (error instanceof Error && 'headers' in error) answers.add(JSON.stringify(error.headers))
    }
  }
  t.strictSame(
    [...answers],
    [1, 2, 3, 4, 5].map((seconds) => `{"retry-after":"${seconds}"}`),
  )
})

t.test('a hash that fails makes room for the next one, whether it fails at once or later', async (t) => {
  const { gate, ask, fail, finish } = open({ concurrency: 1 })
  const [first, second] = [ask('a'), ask('b')]
  await setImmediate()
  fail('a')
  await t.rejects(first, { message: 'a failed' })
  await setImmediate()
  t.strictSame(gate.state(), { running: 1, waiting: 0, maxRunning: 1 })
  finish('b')
  t.equal(await second, 'b')
  await t.rejects(
    gate.run(ada, 1, () => {
      throw new Error('at once')
    }),
    { message: 'at once' },
  )
  t.equal(gate.state().running, 0)
})

t.test('under 700 attempts a second from one /48, 34 of 35 sign-ins of a known user get in (X3)', async (t) => {
  const attackers: Record<string, (index: number) => HashRequest> = {
    'with unknown accounts': (index) => ({ sharers: networksOf(addressIn48(index)), hasReservedRoom: false }),
    'with accounts of their own, known for a day': (index) => ({
      sharers: [...networksOf(addressIn48(index)), `account ${index % 1000}`],
      hasReservedRoom: true,
    }),
    'with accounts and device tokens of their own': (index) => ({
      sharers: [...networksOf(addressIn48(index)).map((network) => `devices in ${network}`), `account ${index % 1000}`],
      hasReservedRoom: true,
    }),
  }
  for (const [what, attacker] of Object.entries(attackers)) {
    for (const victim of [
      { sharers: [...networksOf('203.0.113.7'), 'account of ada'], hasReservedRoom: true },
      {
        sharers: [...networksOf('203.0.113.7').map((n) => `devices in ${n}`), 'account of ada'],
        hasReservedRoom: true,
      },
    ]) {
      t.ok((await simulateAttack(attacker, victim)) >= 34, what)
    }
  }
})

t.test('a known device is not held up by attackers in its own network (X3)', async (t) => {
  const attacker = () => ({ sharers: networksOf('203.0.113.7'), hasReservedRoom: true })
  t.ok((await simulateAttack(attacker, { sharers: ['account of ada'], hasReservedRoom: true })) >= 34)
})

/** Addresses of 2^16 networks of one /48, 256 of them in each /56. */
function addressIn48(index: number) {
  return `2001:db8:1:${((index * 7919) % 0x10000).toString(16)}::1`
}

/**
 * Ten seconds of 700 attempts a second at a queue with the usual settings, on two cores that take 30 ms for a hash.
 * @returns how many of 35 sign-ins of the victim get in
 */
async function simulateAttack(attacker: (index: number) => HashRequest, victim: HashRequest) {
  let time = 0
  const running: { end: number; finish: () => void }[] = []
  const queue = createHashQueue({ concurrency: 2, queueMs: 1000, random: () => 0, now: () => time })
  const hash = () => new Promise<void>((resolve) => running.push({ end: time + 30, finish: resolve }))
  let accepted = 0
  for (let index = 0; index < 7000; index++) {
    const arrival = (index * 1000) / 700
    for (;;) {
      await setImmediate()
      const next = running.toSorted((one, other) => one.end - other.end)[0]
      if (next === undefined || next.end > arrival) break
      time = next.end
      running.splice(running.indexOf(next), 1)
      next.finish()
    }
    time = arrival
    queue.run(attacker(index), 1, hash).catch(() => {})
    if (index % 200 !== 199) continue
    try {
      queue.assertRoom(victim)
      accepted++
      queue.run(victim, 1, hash).catch(() => {})
    } catch {
      // Rejected.
    }
  }
  return accepted
}

interface Opening {
  concurrency?: number
  queueMs?: number
  random?: () => number
}

/** A gate, and hashes that take until they are told to end. */
function open({ concurrency = 1, queueMs = 60_000, random = () => 0 }: Opening = {}) {
  let time = 0
  const gate: HashQueue = createHashQueue({ concurrency, queueMs, random, now: () => time })
  const begun: string[] = []
  const ends = new Map<string, { finish: () => void; fail: () => void }>()
  return {
    gate,
    /** Those whose turn has come. */
    begun,
    finish: (name: string) => ends.get(name)?.finish(),
    fail: (name: string) => ends.get(name)?.fail(),

    ask: (name: string, { by = ada, weight = 1 }: { by?: HashRequest; weight?: number } = {}) =>
      gate.run(
        by,
        weight,
        () =>
          new Promise<string>((resolve, reject) => {
            begun.push(name)
            ends.set(name, { finish: () => resolve(name), fail: () => reject(new Error(`${name} failed`)) })
          }),
      ),

    /** Lets many hashes take so long. */
    async teach(milliseconds: number, weight = 1) {
      for (let times = 0; times < 300; times++) {
        await gate.run(ada, weight, async () => {
          time += milliseconds
        })
      }
    },
  }
}
