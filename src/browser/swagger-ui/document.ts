import type { PluginOptions } from './options.ts'
import type { OpenApiDocument } from './system.ts'

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

/**
 * @param documentUrl absolute
 * @returns the absolute token URL of each security scheme with the password flow, by the scheme's name
 */
export function passwordFlowsOf({ servers, components }: OpenApiDocument, documentUrl: string): Map<string, string> {
  const { url = '/', variables = {} } = servers?.[0] ?? {}
  const serverUrl = url.replace(/\{(.*?)\}/g, (_, name: string) => variables[name]?.default ?? '')
  const found = new Map<string, string>()
  for (const [name, { type, flows }] of Object.entries(components?.securitySchemes ?? {})) {
    const { tokenUrl } = flows?.password ?? {}
    if (type !== 'oauth2' || tokenUrl === undefined) continue
    try {
      found.set(name, new URL(tokenUrl, new URL(serverUrl, documentUrl)).href)
    } catch {
      // Swagger UI shows its own form for a URL that is invalid.
    }
  }
  return found
}
