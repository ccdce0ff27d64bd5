/** The status of a response, and the code of an error: `204`, `403 insufficient_scope`. */
export function outcomeOf({ statusCode, body }: { statusCode: number; body: string }): string {
  const { code } = statusCode < 400 ? {} : JSON.parse(body)
  return code === undefined ? String(statusCode) : `${statusCode} ${code}`
}
