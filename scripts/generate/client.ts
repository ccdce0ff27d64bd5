import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript'
import type { Document } from '../../test/support/openapi.ts'

/** Makes `src/browser/client/api.ts`: the types of all operations. */
export async function clientTypes(document: Document): Promise<string> {
  const types = astToString(await openapiTypescript(document as unknown as OpenAPI3, { alphabetize: false }))
  return `/* Written by npm run generate from the OpenAPI document. */\n\n${types}`
}
