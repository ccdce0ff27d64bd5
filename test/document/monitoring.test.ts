import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { build } from '../support/build.ts'
import { withPromtool } from '../support/metrics.ts'

const alerts = 'ops/prometheus/latchkey-alerts.yml'
const dashboard = 'ops/grafana/latchkey.json'

interface Panel {
  title: string
  gridPos: { x: number; y: number; w: number; h: number }
  targets?: { expr: string }[]
}

async function readDashboard(): Promise<{ panels: Panel[] }> {
  return JSON.parse(await readFile(dashboard, 'utf8'))
}

/** The queries of the dashboard, with values for its variables. */
async function readQueries(): Promise<string[]> {
  const { panels } = await readDashboard()
  return panels.flatMap(({ targets = [] }) =>
    targets.map(({ expr }) =>
      expr.replaceAll('$__rate_interval', '5m').replaceAll('$job', 'latchkey').replaceAll('$instance', '.*'),
    ),
  )
}

t.test('the alert rules, the dashboard and the guide name only metrics that the service has', async (t) => {
  const { app } = await build(t, { environment: { METRICS: 'on' } })
  const known = new Set((await app.latchkey.metrics()).match(/^# TYPE \S+/gm)?.map((line) => line.slice(7)))
  const texts = {
    [alerts]: (await readFile(alerts, 'utf8')).replace(/^ +summary: .*$/gm, ''),
    [dashboard]: (await readQueries()).join('\n'),
    'docs/operations/monitoring.md': await readFile('docs/operations/monitoring.md', 'utf8'),
  }
  for (const [file, text] of Object.entries(texts)) {
    const names = new Set(text.match(/\b(latchkey|nodejs|process)_[a-z0-9_]+\b/g))
    t.not(names.size, 0, file)
    for (const name of names) t.ok(known.has(name.replace(/_(bucket|count|sum)$/, '')), `${file}: ${name}`)
  }
})

t.test('the panels of the dashboard do not overlap', async (t) => {
  const { panels } = await readDashboard()
  const overlaps = panels.flatMap(({ title, gridPos: { x, y, w, h } }, index) =>
    panels
      .slice(index + 1)
      .filter(
        ({ gridPos: other }) => other.x < x + w && x < other.x + other.w && other.y < y + h && y < other.y + other.h,
      )
      .map((other) => [title, other.title]),
  )
  t.strictSame(overlaps, [])
  t.ok(panels.every(({ gridPos: { x, w } }) => x + w <= 24))
})

withPromtool(t, 'Prometheus accepts its configuration, the alert rules and their tests', async (t, promtool) => {
  t.match(await promtool(['check', 'config', 'ops/prometheus/prometheus.yml']), { code: 0 })
  t.match(await promtool(['check', 'rules', alerts]), { code: 0 })
  t.match(await promtool(['test', 'rules', 'ops/prometheus/latchkey-alerts.test.yml']), { code: 0 })
})

withPromtool(t, 'Prometheus accepts every query of the dashboard', async (t, promtool) => {
  const rules = (await readQueries()).map((expr, index) => ({ record: `query:${index}`, expr }))
  const file = join(t.testdir(), 'queries.yml')
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }))
  const { code, output } = await promtool(['check', 'rules', file])
  t.equal(code, 0, output)
})
