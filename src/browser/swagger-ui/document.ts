import type { PluginOptions } from './options.ts'
import type { OpenApiDocument, System } from './system.ts'

/** Puts the URLs of the options, which hold wherever a proxy serves the page, in place of the document's own. */
export function relocate(document: OpenApiDocument, options: PluginOptions, pageUrl: string): OpenApiDocument {
  const { components, ...rest } = document
  const absolute = (url: string) => new URL(url, pageUrl).href
  const { serverUrl, tokenUrl } = options
  const schemes = Object.entries(components?.securitySchemes ?? {}).map(([name, scheme]) => {
    if (tokenUrl === undefined || scheme.flows === undefined) return [name, scheme]
    const flows = Object.entries(scheme.flows).map(([flow, settings]) => [
      flow,
      settings?.tokenUrl === undefined ? settings : { ...settings, tokenUrl: absolute(tokenUrl) },
    ])
    return [name, { ...scheme, flows: Object.fromEntries(flows) }]
  })
  return {
    ...rest,
    ...(serverUrl === undefined ? {} : { servers: [{ url: absolute(serverUrl).replace(/\/$/, '') }] }),
    ...(components === undefined
      ? {}
      : { components: { ...components, securitySchemes: Object.fromEntries(schemes) } }),
  }
}

/** @returns the URL of the server that the user selected, by default the first; undefined if it is invalid */
export function selectedServerOf(document: OpenApiDocument, { oas3Selectors, specSelectors }: System): URL | undefined {
  const { servers = [{ url: '/' }] } = document
  const selected = servers.find(({ url }) => url === oas3Selectors.selectedServer())
  const { url = '/', variables = {} } = selected ?? servers[0] ?? {}
  // Swagger UI fills in the variables that have values already.
  const template = selected === undefined ? url : oas3Selectors.serverEffectiveValue(url)
  const filled = template.replace(/\{(.*?)\}/g, (_, name: string) => variables[name]?.default ?? '')
  return parseUrl(filled, new URL(specSelectors.url() || '', location.href).href)
}

/** @returns the absolute token URL of each security scheme with the password flow, by the scheme's name */
export function passwordFlowsOf({ components }: OpenApiDocument, server: URL | undefined): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, { type, flows }] of Object.entries(components?.securitySchemes ?? {})) {
    const { tokenUrl } = flows?.password ?? {}
    if (type !== 'oauth2' || tokenUrl === undefined) continue
    // Swagger UI shows its own form for a URL that is invalid.
    const url = parseUrl(tokenUrl, server?.href)
    if (url !== undefined) found.set(name, url.href)
  }
  return found
}

function parseUrl(url: string, base: string | undefined): URL | undefined {
  try {
    return new URL(url, base)
  } catch {
    return undefined
  }
}
