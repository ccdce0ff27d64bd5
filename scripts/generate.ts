/*
 * Writes the files that are derived from the code: openapi.json, .env.example and pages of docs/reference. With
 * --check, it writes nothing and fails when one of them is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { auditEventsPage } from './generate/audit-events.ts'
import { clientsPage } from './generate/clients.ts'
import { cliPage } from './generate/cli.ts'
import { clientTypes } from './generate/client.ts'
import { errorsPage } from './generate/errors.ts'
import { metricsPage } from './generate/metrics.ts'
import { httpPage, readOpenApi } from './generate/openapi.ts'
import { configurationPage, environmentExample } from './generate/settings.ts'
import { swaggerUiScript } from './generate/swagger-ui.ts'

const [openApi, openApi30] = await readOpenApi()

const files: Record<string, string> = {
  'openapi.json': `${JSON.stringify(openApi, null, 2)}\n`,
  'openapi-3.0.json': `${JSON.stringify(openApi30, null, 2)}\n`,
  '.env.example': environmentExample(),
  'assets/swagger-ui.js': await swaggerUiScript(),
  'docs/reference/audit-events.md': auditEventsPage(),
  'docs/reference/cli.md': await cliPage(),
  'docs/reference/clients.md': await clientsPage(),
  'docs/reference/configuration.md': configurationPage(),
  'docs/reference/errors.md': errorsPage(openApi),
  'docs/reference/http.md': httpPage(openApi),
  'docs/reference/metrics.md': await metricsPage(),
  'src/browser/client/api.ts': await clientTypes(openApi),
}

if (process.argv.includes('--check')) {
  const stale: string[] = []
  for (const [path, content] of Object.entries(files)) {
    if ((await readFile(path, 'utf8').catch(() => '')) !== content) stale.push(path)
  }
  if (stale.length > 0) {
    console.error(`Out of date: ${stale.join(', ')}. Run: npm run generate`)
    process.exitCode = 1
  }
} else {
  for (const [path, content] of Object.entries(files)) await writeFile(path, content)
}
