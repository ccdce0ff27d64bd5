import type { Test } from 'tap'

/** Whether the tests run in `.ci/run`, where nothing that they need may be missing. */
export const isCi = process.env.CI === 'true'

/** Skips a test that needs a missing program, but fails it on CI. @param advice how to install the program */
export function skipOutsideCi(t: Test, advice: string) {
  if (isCi) t.fail(advice)
  else t.pass(advice, { skip: advice })
}
