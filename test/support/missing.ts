import type { Test } from 'tap'

/** Whether the tests run in `.ci/run`, where nothing that they need may be missing. */
export const isCi = process.env.CI === 'true'

/**
 * Skips a test without a program that it needs, but fails it on CI.
 * @param advice names the program and how to install it
 */
export function skipOutsideCi(t: Test, advice: string) {
  if (isCi) t.fail(advice)
  else t.pass(advice, { skip: advice })
}
