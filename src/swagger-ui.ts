import { readFileSync } from 'node:fs'
import type { PluginOptions } from './browser/swagger-ui/options.ts'
import { packageFile } from './lib/package-files.ts'

export type { PluginOptions } from './browser/swagger-ui/options.ts'

/** The path of the script that adds sign-in sessions to a page with Swagger UI 4 or 5. */
export const swaggerUiScript = packageFile('assets/swagger-ui.js')

/**
 * The `theme` option of @fastify/swagger-ui that adds the script to its page.
 * @param options in place of the `data-` attributes of the script; URLs are relative to the page
 */
export function swaggerUiTheme(options: PluginOptions = {}): { js: { filename: string; content: string }[] } {
  const content = `window.latchkeySwaggerUi = ${JSON.stringify(options)};\n${readFileSync(swaggerUiScript, 'utf8')}`
  return { js: [{ filename: 'latchkey-swagger-ui.js', content }] }
}
