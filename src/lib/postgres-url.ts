/**
 * Whether a PostgreSQL URL is valid and unambiguous. An `@` after the host suggests that the password contains a `/`,
 * `?` or `#` that is not percent-encoded. The rest of the password would be taken for a path, and shown in messages.
 */
export function isPostgresUrl(url: string): boolean {
  const { path, query, fragment } = partsOf(url)
  const unexpected = path + query.replace(/(^|&)(user|password|application_name)=[^&]*/g, '') + fragment
  // Without a host after its `@` it is not a standard URL, but pg accepts it with a host in the query or in PGHOST.
  return URL.canParse(url.replace('@/', '@host/')) && !unexpected.includes('@')
}

/** Splits a PostgreSQL URL before its query. A fragment is dropped, since it has no meaning for PostgreSQL. */
export function splitPostgresUrl(url: string): { base: string; query: URLSearchParams } {
  const { origin, path, query } = partsOf(url)
  return { base: origin + path, query: new URLSearchParams(query) }
}

function partsOf(url: string) {
  const [, origin = '', path = '', query = '', fragment = ''] =
    /^([^:]*:\/\/[^/?#]*)([^?#]*)\??([^#]*)(.*)$/s.exec(url) ?? []
  return { origin, path, query, fragment }
}
