import { existsSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { Test } from 'tap'
import { skipOutsideCi } from './missing.ts'

const usualPlaces = ['/usr/bin/promtool', '/usr/local/bin/promtool', '/opt/homebrew/bin/promtool']

const advice =
  'There is no promtool: install it (apt-get install prometheus), or name an installed one in PROMTOOL_PATH.'

/** Runs a test with promtool, which belongs to Prometheus. Without it the test is skipped, but fails on CI. */
export function withPromtool(
  t: Test,
  name: string,
  test: (t: Test, promtool: (parameters: string[], input?: string) => Promise<PromtoolResult>) => Promise<void>,
) {
  const path = process.env.PROMTOOL_PATH || usualPlaces.find((place) => existsSync(place))
  return t.test(name, async (t) => {
    if (path === undefined) return skipOutsideCi(t, advice)
    await test(t, (parameters, input) => run(path, parameters, input))
  })
}

interface PromtoolResult {
  code: number
  output: string
}

async function run(path: string, parameters: string[], input = ''): Promise<PromtoolResult> {
  const child = spawn(path, parameters)
  child.stdin.end(input)
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code, output: stdout + stderr }
}

/** Reads metrics in the text format of Prometheus. */
export function readMetrics(body: string) {
  const samples = body
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
      return {
        name,
        labels: Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, text]) => [key, text])),
        value: Number(value),
      }
    })
  return {
    samples,
    /** The sum of the samples with this name and these labels; undefined if there are none. */
    sum(name: string, labels: Record<string, string> = {}): number | undefined {
      const found = samples.filter(
        (sample) =>
          sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
      )
      return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0)
    },
  }
}
