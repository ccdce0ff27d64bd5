import t, { type Test } from 'tap'
import { build, buildWithSql, minute, testTiming } from '../support/build.ts'

/** Counts the periodic timers that a service starts. */
async function countTimers(t: Test, hasTimers: boolean) {
  const started = t.capture(globalThis, 'setInterval', globalThis.setInterval)
  await build(t, { timing: { ...testTiming, hasTimers } })
  started.restore()
  return started().length
}

t.test('without timers, no job runs by itself (11)', async (t) => {
  t.equal(await countTimers(t, false), 0)
  t.equal(await countTimers(t, true), 5, 'housekeeping, mail requests, mail delivery, and reports of two overloads')
})

t.test('a job with much to do ends between two batches when the service stops', async (t) => {
  const started = t.capture(globalThis, 'setInterval', globalThis.setInterval)
  const { app, change, lines, rows } = await buildWithSql(
    t,
    'sqlite',
    {},
    { timing: { ...testTiming, hasTimers: true } },
  )
  started.restore()
  await change(
    `with recursive expired(n) as (select 1 union all select n + 1 from expired where n < 20000)
    insert into events (id, created_at, event, outcome, details)
    select 'expired' || n, 0, '', 'success', '{}' from expired`,
  )
  const housekeeping = started().find(({ args: [, everyMs] }) => everyMs === minute)
  t.ok(housekeeping)
  housekeeping?.args[0]()
  await app.close()
  const [{ left } = {}] = await rows("select count(*) as left from events where id like 'expired%'")
  t.ok(Number(left) > 0, `${left} events are left for the next start`)
  t.notMatch(lines.join(''), 'background job failed')
})
