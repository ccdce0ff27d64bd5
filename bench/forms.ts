/** An OAuth 2.0 request. */
export function form(path: string, members: Record<string, string>) {
  return {
    method: 'POST' as const,
    path,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(members).toString(),
  }
}

export function json(path: string, members: Record<string, string>) {
  return {
    method: 'POST' as const,
    path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(members),
  }
}
