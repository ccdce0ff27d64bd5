import t from 'tap'
import { percentageReached } from '../../scripts/testing/coverage.ts'

t.test('counts the lines with code that were reached', async (t) => {
  t.equal(
    percentageReached([
      { path: 'one.ts', lines: [1, 2, 3], missed: [2] },
      { path: 'other.ts', lines: [5], missed: [] },
    ]),
    75,
  )
  t.equal(percentageReached([{ path: 'one.ts', lines: [1, 2], missed: [1, 2] }]), 0)
})
