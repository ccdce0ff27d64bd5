/** Something that an instance notices, and somebody should look at; it is for the log of the service alone. */
export interface Finding {
  event: 'keys_withdrawn' | 'key_rotation_failed' | 'keys_changed_elsewhere'
  [detail: string]: unknown
}

export type Report = (finding: Finding) => void
