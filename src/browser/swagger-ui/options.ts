/** The plugin's options; each is also a `data-` attribute of its script, such as `data-token-url`. */
export interface PluginOptions {
  /**
   * Where the refresh token is kept: `session` survives reloading the page, but can be read by every script of the
   * page, so the page should have a Content-Security-Policy. By default `memory`.
   */
  storage?: 'memory' | 'session'
  /** The token endpoint, relative to the page, in place of the document's `tokenUrl`. */
  tokenUrl?: string
  /** The revocation endpoint (RFC 7009), relative to the page. Without it, signing out only forgets the tokens. */
  revocationUrl?: string
  /** The server, relative to the page, in place of the document's `servers`. */
  serverUrl?: string
  /** Origins that get the access token besides the page, the token endpoint and the server, separated by spaces. */
  origins?: string
  /** `system`: the page is dark if the system is. Needs Swagger UI 5.30 or later. By default Swagger UI decides. */
  colorScheme?: 'system'
  /** Scopes that are ticked when the dialog opens, separated by spaces. */
  scopes?: string
}

/** @returns the options among the attributes of a script */
export function optionsFrom({
  storage,
  tokenUrl,
  revocationUrl,
  serverUrl,
  origins,
  colorScheme,
  scopes,
}: Record<string, string | undefined>): PluginOptions {
  return {
    ...(storage === 'session' ? { storage } : {}),
    ...(tokenUrl === undefined ? {} : { tokenUrl }),
    ...(revocationUrl === undefined ? {} : { revocationUrl }),
    ...(serverUrl === undefined ? {} : { serverUrl }),
    ...(origins === undefined ? {} : { origins }),
    ...(colorScheme === 'system' ? { colorScheme } : {}),
    ...(scopes === undefined ? {} : { scopes }),
  }
}
