import type { FastifyInstance, RouteOptions } from 'fastify'

/** A URL with routes for at least one method. */
interface KnownUrl {
  /** The value of `Allow` (RFC 9110 10.2.1). */
  allow: string
  /** The error handler of the URL's routes; undefined for that of the scope. */
  errorHandler: RouteOptions['errorHandler']
}

/** Collects the routes that a scope registers from now on. @returns a function that finds a URL among them */
export function collectRoutes(app: FastifyInstance): (url: string) => KnownUrl | undefined {
  const routesByUrl = new Map<string, RouteOptions[]>()
  app.addHook('onRoute', (route) => {
    // A wildcard also matches URLs that do not exist.
    if (!route.url.includes('*')) routesByUrl.set(route.url, [...(routesByUrl.get(route.url) ?? []), route])
  })

  let known: { pattern: RegExp; url: KnownUrl }[] | undefined
  return (url) => {
    const [path = ''] = url.split('?')
    known ??= [...routesByUrl].sort(byParameters).map(([url, routes]) => ({
      pattern: patternOf(url),
      url: { allow: allowOf(routes), errorHandler: routes[0]?.errorHandler },
    }))
    return known.find(({ pattern }) => pattern.test(path))?.url
  }
}

/** Sorts like the router: `/users/me` comes before `/users/:id`. */
function byParameters([one]: [string, unknown], [other]: [string, unknown]) {
  return one.split(':').length - other.split(':').length
}

function patternOf(url: string) {
  const literals = url.split(/:\w+/).map((literal) => literal.replace(/[.+?^$(){}|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${literals.join('[^/]+')}$`)
}

function allowOf(routes: RouteOptions[]) {
  const methods = new Set([...routes.flatMap(({ method }) => method), 'OPTIONS'])
  return [...methods].sort().join(', ')
}
