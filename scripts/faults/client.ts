/** A request of the load. */
export interface Request {
  method?: string
  path: string
  /** The body as a form; every other body is JSON. */
  form?: Record<string, string>
  json?: object
  /** An access token. */
  token?: string
}

export interface Answer {
  /** 0 if there was no response. */
  status: number
  body: Record<string, unknown>
  /**
   * `answered`: the outcome is known. `unavailable`: 503 with Retry-After, as promised while something is down.
   * `broken`: the connection failed. `hung`: no response within the patience of the client.
   */
  outcome: 'answered' | 'unavailable' | 'broken' | 'hung'
  /** Milliseconds of `performance.now()`. */
  startedAt: number
  endedAt: number
}

/** Longer than any wait that the service allows itself, in milliseconds. */
const usualPatienceMs = 15_000

/** Sends a request. It never throws, since a failure is what the load is there to see. */
export async function send(
  url: string,
  { method = 'POST', path, form, json, token }: Request,
  patienceMs = usualPatienceMs,
): Promise<Answer> {
  const startedAt = performance.now()
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(json === undefined ? {} : { 'content-type': 'application/json' }),
  }
  const body = form === undefined ? (json === undefined ? null : JSON.stringify(json)) : new URLSearchParams(form)
  try {
    const response = await fetch(`${url}${path}`, { method, headers, body, signal: AbortSignal.timeout(patienceMs) })
    const content: Record<string, unknown> = JSON.parse((await response.text()) || '{}')
    const isPromised = response.headers.has('retry-after') && content.code === 'temporarily_unavailable'
    const outcome = response.status === 503 && isPromised ? 'unavailable' : 'answered'
    return { status: response.status, body: content, outcome, startedAt, endedAt: performance.now() }
  } catch (error) {
    const outcome = error instanceof Error && error.name === 'TimeoutError' ? 'hung' : 'broken'
    return { status: 0, body: {}, outcome, startedAt, endedAt: performance.now() }
  }
}
