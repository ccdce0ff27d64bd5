import { settingsFromEnvironment } from '../../src/config/index.ts'
import { createService } from '../../src/service.ts'
import { pageOf, tableOf } from './markdown.ts'

/** Makes `docs/reference/metrics.md`. */
export async function metricsPage(): Promise<string> {
  const app = await createService(
    settingsFromEnvironment({ DATABASE_URL: ':memory:', LOG_LEVEL: 'silent', METRICS: 'on' }),
  )
  const metrics = app.telemetry.metrics?.describe() ?? []
  await app.close()
  return pageOf('Metrics', '`src/telemetry/metrics.ts`', [
    'With `METRICS=on`, each instance publishes these metrics for Prometheus. ' +
      '[Monitoring](../operations/monitoring.md#metrics) explains how to collect them. Counters and histograms start ' +
      'at 0 with the instance. Most series with labels appear when they are first counted.',
    'The service adds the metrics of Node.js and of the process (`nodejs_…`, `process_…`): among others the delay of ' +
      'the event loop, memory, CPU time and garbage collection.',
    tableOf(
      ['metric', 'type', 'labels', 'meaning'],
      [...metrics]
        .sort((one, other) => (one.name < other.name ? -1 : 1))
        .map(({ name, type, labelNames, help }) => [
          `\`${name}\``,
          type,
          labelNames.map((label) => `\`${label}\``).join(', '),
          help,
        ]),
    ),
    'No label contains a name, an address, or an id of a user:',
    tableOf(
      ['label', 'values'],
      [
        [
          '`route`',
          'The pattern of the route, such as `/auth/users/:id`, or `none` for a request that no route answers.',
        ],
        [
          '`status`',
          'The status of the response, or 499 if the connection closed before the response was complete: usually ' +
            'because the client gave up.',
        ],
        ['`outcome` of a sign-in', '`succeeded`, `failed`, or `second_factor_required` after a correct password.'],
        [
          '`factor`, `second_factor`, `reason`',
          'Those of the events `signed_in` and `sign_in_failed` in [Audit events](audit-events.md).',
        ],
        ['`event`, `severity`', 'A name in [Audit events](audit-events.md); `alarm` or `notice`.'],
        ['`finding`', 'See [Monitoring](../operations/monitoring.md#log-lines).'],
        ['`operation`', 'The first word of the SQL statement, such as `select`.'],
        ['`kind`', 'The kind of an e-mail, as in [Mail templates](../guides/mail-templates.md).'],
        ['`outcome` of an e-mail', '`sent`, `failed` (delivery is retried) or `abandoned`.'],
        ['`state`', '`used` or `idle` for connections, `running` or `waiting` for password hashes.'],
        ['`stage`, `kid`, `alg`', 'Those of the signing keys, as in `GET /auth/keys`.'],
      ],
    ),
  ])
}
