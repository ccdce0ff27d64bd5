export { type Audit, createAudit, type Finding, findings } from './audit.ts'
export { toEventJson } from './event-json.ts'
export {
  type AnyNewEvent,
  type AuditEvent,
  type Details,
  type EventName,
  events,
  isEventName,
  type NewEvent,
  type Severity,
  toEvent,
} from './events.ts'
export { type Actor, fromCommand, fromService, type Origin } from './origin.ts'
