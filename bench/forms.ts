/** An OAuth 2.0 request. */
export function form(path: string, fields: Record<string, string>) {
  return {
    method: 'POST' as const,
    path,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  }
}

export function json(path: string, fields: Record<string, string>) {
  return {
    method: 'POST' as const,
    path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  }
}

/** Adds headers to a request, such as those of a proxy. */
export function withHeaders<Request extends { headers: Record<string, string> }>(
  request: Request,
  headers: Record<string, string>,
) {
  return { ...request, headers: { ...request.headers, ...headers } }
}
