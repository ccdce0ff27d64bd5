/**
 * Something that whoever runs the service should know of. Its members name accounts, sessions,
 * keys and clients by their identifiers; no secret stands in it.
 */
export interface SecurityEvent {
  event:
    | 'refresh_token_reused'
    | 'refresh_from_another_network'
    | 'key_published'
    | 'keys_withdrawn'
    | 'key_removed'
    | 'key_rotation_failed'
    | 'keys_changed_elsewhere'
    | 'client_created'
    | 'client_deleted'
  [detail: string]: unknown
}

export type Report = (event: SecurityEvent) => void
