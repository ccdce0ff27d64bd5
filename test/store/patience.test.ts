import t from 'tap'
import { createPatience, startWait } from '../../src/store/patience.ts'

function deferred() {
  let settle = (_text: string) => {}
  const promise = new Promise<string>((resolve) => {
    settle = resolve
  })
  return { promise, resolve: settle }
}

t.test('only an unanswered, uncommitted request that waits for the database times out (O5)', async (t) => {
  const { track, bound } = createPatience(0)
  const { promise, resolve } = deferred()
  const query = track(promise)
  const streaming = bound(query, startWait(), () => true)
  const hashing = createPatience(0).bound(promise, startWait())
  const committed = bound(query, { ...startWait(), isCommitted: true })
  await t.rejects(bound(query, startWait()), { code: 'temporarily_unavailable', statusCode: 503 })
  resolve('done')
  t.strictSame(await Promise.all([streaming, hashing, committed]), ['done', 'done', 'done'])
})

t.test('a slow query of one request is no reason to reject another while the database answers', async (t) => {
  for (const [sentAt, answeredAt, isRejected] of [
    [900, 1000, false],
    [900, 950, true],
    [50, 1000, true],
  ] as const) {
    let time: number = sentAt
    const { track, bound } = createPatience(1000, () => time)
    const slow = deferred()
    const fast = deferred()
    const queries = [track(slow.promise), track(fast.promise)]
    time = answeredAt
    fast.resolve('')
    await queries[1]
    time = 1050
    const request = bound(slow.promise, { ...startWait(), startedAt: 0 }, () => {
      slow.resolve('done')
      return false
    })
    if (isRejected) await t.rejects(request, { code: 'temporarily_unavailable', statusCode: 503 })
    else t.equal(await request, 'done')
  }
})

t.test('an error within the time limit is passed on (O5)', async (t) => {
  const { track, bound } = createPatience(60_000)
  await t.rejects(bound(track(Promise.reject(new Error('wrong'))), startWait()), { message: 'wrong' })
})
