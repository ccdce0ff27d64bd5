import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { networksOf } from '../../src/lib/networks.ts'
import { createHashQueue, type HashRequest, type HashQueue } from '../../src/passwords/hash-queue.ts'

const ada: HashRequest = { sharers: ['192.0.2.1'], hasReservedRoom: false }

const rejection = { code: 'temporarily_unavailable' }

t.test('hashes run up to the concurrency limit, and the rest in order of arrival', async (t) => {
  const { queue, finish, begun, ask } = createTestQueue({ concurrency: 2 })
  const all = ['a', 'b', 'c', 'd', 'e'].map((name) => ask(name))
  await setImmediate()
  t.strictSame(begun, ['a', 'b'])
  t.strictSame(queue.state(), { running: 2, waiting: 3, maxRunning: 2 })
  finish('b')
  await setImmediate()
  t.strictSame(begun, ['a', 'b', 'c'])
  for (const name of ['a', 'c', 'd', 'e']) {
    finish(name)
    await setImmediate()
  }
  t.strictSame(begun, ['a', 'b', 'c', 'd', 'e'])
  t.strictSame(await Promise.all(all), ['a', 'b', 'c', 'd', 'e'])
  t.strictSame(queue.state(), { running: 0, waiting: 0, maxRunning: 2 })
})

t.test(
  'requests with too long a wait are rejected at once: strangers at half the time, one network at a quarter',
  async (t) => {
    const strangers = (index: number): HashRequest => ({ sharers: [`192.0.2.${index}`], hasReservedRoom: false })
    const knownUsers = (index: number): HashRequest => ({ sharers: [`192.0.2.${index}`], hasReservedRoom: true })
    for (const [description, entrants, waiting] of [
      ['strangers', strangers, 20],
      ['known users', knownUsers, 40],
      ['one network', () => ada, 11],
      ['one network of known users', () => ({ ...ada, hasReservedRoom: true }), 11],
    ] as const) {
      // A hash takes 50 ms, so the next one would exceed 2 s or its share of it.
      const { queue, recordDurations, ask } = createTestQueue({ concurrency: 1, queueMs: 2020 })
      await recordDurations(50)
      const answers: unknown[] = []
      for (let index = 0; index < 60; index++) {
        ask(`${index}`, { by: entrants(index) }).catch((error) => answers.push(error))
      }
      await setImmediate()
      t.equal(queue.state().waiting, waiting, description)
      t.equal(answers.length, 60 - 1 - waiting)
      t.match(answers[0], { ...rejection, statusCode: 503, headers: { 'retry-after': /^[1-5]$/ } })
      t.throws(() => queue.assertRoom(entrants(60)), rejection, 'also when asked beforehand')
    }
  },
)

t.test(
  'when strangers are rejected there is room for known users, and when a network is, for other networks',
  async (t) => {
    const { queue, recordDurations, ask } = createTestQueue({ concurrency: 1, queueMs: 2020 })
    await recordDurations(50)
    for (let index = 0; index < 60; index++) ask(`${index}`, { by: ada }).catch(() => {})
    t.throws(() => queue.assertRoom(ada), rejection)
    queue.assertRoom({ sharers: ['198.51.100.1'], hasReservedRoom: false })
    for (let index = 60; index < 120; index++) {
      ask(`${index}`, { by: { sharers: [`198.51.100.${index}`], hasReservedRoom: false } }).catch(() => {})
    }
    t.throws(() => queue.assertRoom({ sharers: ['203.0.113.1'], hasReservedRoom: false }), rejection)
    queue.assertRoom({ sharers: ['203.0.113.1'], hasReservedRoom: true })
  },
)

t.test('a ticket keeps a place for its hash until it is given up', async (t) => {
  const { queue, recordDurations, begun, ask } = createTestQueue({ concurrency: 1, queueMs: 2020 })
  await recordDurations(50)
  ask('running').catch(() => {})
  const tickets = Array.from({ length: 11 }, () => queue.reserve(ada))
  t.throws(() => queue.reserve(ada), rejection, 'tickets fill the share of a network')
  await t.rejects(ask('without a ticket'), rejection)
  const [first, second] = tickets
  ask('with a ticket', { by: first! }).catch(() => {})
  t.equal(queue.state().waiting, 1)
  await t.rejects(ask('with the same ticket', { by: first! }), rejection, 'a ticket is for one hash')
  t.equal(second?.release(), true)
  t.equal(second?.release(), false)
  ask('in its place').catch(() => {})
  await setImmediate()
  t.equal(queue.state().waiting, 2)
  t.notOk(begun.includes('with the same ticket'))
})

t.test('the expected wait follows from the duration and weight of recent hashes', async (t) => {
  const room = async (milliseconds: number, weight = 1) => {
    const { queue, recordDurations, ask } = createTestQueue({ concurrency: 2, queueMs: 2020 })
    await recordDurations(milliseconds)
    for (let index = 0; index < 500; index++) {
      ask(`${index}`, { by: { sharers: [`network ${index}`], hasReservedRoom: true }, weight }).catch(() => {})
    }
    return queue.state().waiting
  }
  t.equal(await room(50), 79)
  t.equal(await room(100), 39)
  t.equal(await room(500), 7)
  t.equal(await room(50, 10), 7, 'weight 10 counts as ten hashes')
})

t.test('the duration of a heavy hash does not count against light ones', async (t) => {
  const { queue, recordDurations, ask } = createTestQueue({ concurrency: 1, queueMs: 2020 })
  await recordDurations(500, 10)
  for (let index = 0; index < 60; index++) {
    ask(`${index}`, { by: { sharers: [`network ${index}`], hasReservedRoom: true } }).catch(() => {})
  }
  t.equal(queue.state().waiting, 40)
})

t.test('without a queue there is room only for the hashes that run', async (t) => {
  const { queue, ask, finish } = createTestQueue({ concurrency: 2, queueMs: 0 })
  const first = ask('a')
  ask('b')
  await t.rejects(ask('c'), rejection)
  finish('a')
  await first
  ask('d')
  await setImmediate()
  t.strictSame(queue.state(), { running: 2, waiting: 0, maxRunning: 2 })
})

t.test('rejected requests get a Retry-After of one to five seconds, at different times', async (t) => {
  const answers = new Set<unknown>()
  for (const chance of [0, 0.19, 0.2, 0.5, 0.79, 0.8, 0.999999]) {
    const { queue, ask } = createTestQueue({ concurrency: 1, queueMs: 0, random: () => chance })
    ask('a')
    try {
      queue.assertRoom(ada)
    } catch (error) {
      if (error instanceof Error && 'headers' in error) answers.add(JSON.stringify(error.headers))
    }
  }
  t.strictSame(
    [...answers],
    [1, 2, 3, 4, 5].map((seconds) => `{"retry-after":"${seconds}"}`),
  )
})

t.test('a hash that fails makes room for the next one, immediately or later', async (t) => {
  const { queue, ask, fail, finish } = createTestQueue({ concurrency: 1 })
  const [first, second] = [ask('a'), ask('b')]
  await setImmediate()
  fail('a')
  await t.rejects(first, { message: 'a failed' })
  await setImmediate()
  t.strictSame(queue.state(), { running: 1, waiting: 0, maxRunning: 1 })
  finish('b')
  t.equal(await second, 'b')
  await t.rejects(
    queue.run(ada, 1, () => {
      throw new Error('at once')
    }),
    { message: 'at once' },
  )
  t.equal(queue.state().running, 0)
})

t.test('under 700 attempts a second from one /48, 34 of 35 sign-ins of a known user succeed (X3)', async (t) => {
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

t.test('a known device is not delayed by attackers in its own network (X3)', async (t) => {
  const attacker = () => ({ sharers: networksOf('203.0.113.7'), hasReservedRoom: true })
  t.ok((await simulateAttack(attacker, { sharers: ['account of ada'], hasReservedRoom: true })) >= 34)
})

/** Addresses of 2^16 networks of one /48, 256 of them in each /56. */
function addressIn48(index: number) {
  return `2001:db8:1:${((index * 7919) % 0x10000).toString(16)}::1`
}

/**
 * Ten seconds of 700 attempts a second at a queue with the default settings, on two cores that take 30 ms per hash.
 * @returns how many of the victim's 35 sign-ins are accepted
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

interface QueueOptions {
  concurrency?: number
  queueMs?: number
  random?: () => number
}

/** A queue whose hashes run until `finish` or `fail` is called for their name. */
function createTestQueue({ concurrency = 1, queueMs = 60_000, random = () => 0 }: QueueOptions = {}) {
  let time = 0
  const queue: HashQueue = createHashQueue({ concurrency, queueMs, random, now: () => time })
  const begun: string[] = []
  const ends = new Map<string, { finish: () => void; fail: () => void }>()
  return {
    queue,
    /** The names of the hashes that have started. */
    begun,
    finish: (name: string) => ends.get(name)?.finish(),
    fail: (name: string) => ends.get(name)?.fail(),

    ask: (name: string, { by = ada, weight = 1 }: { by?: HashRequest; weight?: number } = {}) =>
      queue.run(
        by,
        weight,
        () =>
          new Promise<string>((resolve, reject) => {
            begun.push(name)
            ends.set(name, { finish: () => resolve(name), fail: () => reject(new Error(`${name} failed`)) })
          }),
      ),

    /** Records many hashes of this duration. */
    async recordDurations(milliseconds: number, weight = 1) {
      for (let times = 0; times < 300; times++) {
        await queue.run(ada, weight, async () => {
          time += milliseconds
        })
      }
    },
  }
}
