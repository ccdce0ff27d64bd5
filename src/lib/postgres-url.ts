/**
 * Whether a URL of PostgreSQL can be read as it is meant. An `@` behind the host is the sign of a `/`, `?` or `#` in
 * the password that is not percent-encoded: what follows that character would be taken for a path and be shown.
 */
export function isPostgresUrl(url: string): boolean {
  const { path, query, fragment } = partsOf(url)
  const unexpected = path + query.replace(/(^|&)(user|password|application_name)=[^&]*/g, '') + fragment
  // Without a host behind its `@` it is no URL by the standard, but pg reads it: the host is in the query, or PGHOST.
  return URL.canParse(url.replace('@/', '@host/')) && !unexpected.includes('@')
}

/** @returns the URL up to its query, and the query; a fragment, which means nothing to PostgreSQL, is dropped */
export function splitPostgresUrl(url: string): { base: string; query: URLSearchParams } {
  const { origin, path, query } = partsOf(url)
  return { base: origin + path, query: new URLSearchParams(query) }
}

function partsOf(url: string) {
  const [, origin = '', path = '', query = '', fragment = ''] =
    /^([^:]*:\/\/[^/?#]*)([^?#]*)\??([^#]*)(.*)$/s.exec(url) ?? []
  return { origin, path, query, fragment }
}
