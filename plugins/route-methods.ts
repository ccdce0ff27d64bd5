import type { FastifyInstance, RouteOptions } from 'fastify'

/** A URL that has routes, for some methods. */
interface KnownUrl {
  /** The value of `Allow` (RFC 9110 10.2.1). */
  allow: string
  /** What answers errors there; undefined for the error handler of the scope. */
  errorHandler: RouteOptions['errorHandler']
}

/** Watches the routes of a scope from now on. @returns what finds a URL among them, whatever the method */
export function collectRoutes(app: FastifyInstance): (url: string) => KnownUrl | undefined {
  const routesByUrl = new Map<string, RouteOptions[]>()
  app.addHook('onRoute', (route) => {
    // A wildcard matches more than there is.
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

/** `/users/me` comes before `/users/:id`, as it does for the router. */
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
