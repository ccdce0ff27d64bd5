import t from 'tap'
import { theilSen } from '../../bench/slope.ts'

t.test('the slope and its confidence interval are those of the example of Sen (1968)', async (t) => {
  const x = [1, 2, 3, 4, 10, 12, 18]
  const y = [9, 15, 19, 20, 45, 55, 78]
  const points = x.map((x, index) => ({ x, y: y[index] ?? NaN }))
  t.same(theilSen(points), { perX: 4, low: 26 / 7, high: 35 / 8 })
})
