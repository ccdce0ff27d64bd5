import { events } from '../../src/audit/index.ts'
import { pageOf, tableOf } from './markdown.ts'

/** Makes `docs/reference/audit-events.md`. */
export function auditEventsPage(): string {
  return pageOf('Audit events', '`src/audit/events.ts`', [
    'The audit log records who did what to which account, client or key. Read it with `GET /events` (scope ' +
      '`audit:read`) or `latchkey events`; users read their own events at `GET /users/me/events`. The service also ' +
      'writes each event to its log. [Monitoring](../operations/monitoring.md) lists the ones to watch.',
    tableOf(
      ['field of an event', 'meaning'],
      [
        ['`id`, `created_at`', 'The id and the time of the event. Later events have greater ids.'],
        ['`event`, `outcome`', 'A name from the table below; `success` or `failure`.'],
        ['`user_id`', 'The account that the event is about, or null.'],
        ['`actor`', 'A `user` or `client` with its `id`, the `command`, the `service`, or null if unknown.'],
        [
          '`address`, `user_agent`, `request_id`',
          'The IP address and the User-Agent of the client, and the id of the request in the log.',
        ],
        ['`details`', 'See below. They never contain secrets, or text entered by an unknown caller.'],
      ],
    ),
    'In the service’s log, an *alarm* is a line with level 40 and `"msg":"security event"`, and any other event a ' +
      'line with `"msg":"event"`. An event whose only detail is `suppressed` gives the number of events of that name ' +
      'that were only counted, because there were too many to record.',
    tableOf(
      ['event', 'alarm', 'recorded when', 'details'],
      Object.entries(events).map(([name, { severity, when, details }]) => [
        `\`${name}\``,
        severity === 'alarm' ? 'yes' : '',
        when,
        Object.entries<string>(details)
          .map(([field, meaning]) => `\`${field}\`: ${meaning}`)
          .join('; '),
      ]),
    ),
  ])
}
