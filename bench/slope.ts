export interface Point {
  x: number
  y: number
}

/** A slope with its 95 % confidence interval. */
export interface Slope {
  perX: number
  low: number
  high: number
}

/** The quantile of the normal distribution for an interval of 95 %. */
const z = 1.96

/**
 * Fits a line through points of which some may be far off: the median of the slopes of all pairs. H. Theil, "A
 * rank-invariant method of linear and polynomial regression analysis" (1950); P. K. Sen, "Estimates of the regression
 * coefficient based on Kendall's tau" (1968), which gives the confidence interval. It assumes independent points, so
 * it is too narrow for points that follow each other closely.
 * @param points at least two, each with another `x`
 */
export function theilSen(points: Point[]): Slope {
  const slopes = points
    .flatMap((one, index) => points.slice(index + 1).map((other) => (other.y - one.y) / (other.x - one.x)))
    .sort((a, b) => a - b)
  const n = points.length
  const pairs = slopes.length
  // How far Kendall's S, the number of rising pairs minus that of falling ones, can be from 0 without a trend.
  const maxDifference = z * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18)
  const at = (rank: number) => slopes[Math.min(Math.max(Math.round(rank), 0), pairs - 1)] ?? NaN
  const middle = (pairs - 1) / 2
  return {
    perX: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    low: at((pairs - maxDifference) / 2 - 1),
    high: at((pairs + maxDifference) / 2),
  }
}
