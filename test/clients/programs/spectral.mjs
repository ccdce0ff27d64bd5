/** Prints the problems that Spectral finds in files. DOCUMENTS is a JSON array of their paths. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import core from '@stoplight/spectral-core'
import parsers from '@stoplight/spectral-parsers'
import definition from './spectral-ruleset.mjs'

const folder = fileURLToPath(new URL('.', import.meta.url))
const spectral = new core.Spectral()
spectral.setRuleset(new core.Ruleset(definition, { source: `${folder}ruleset.mjs` }))
for (const path of JSON.parse(process.env.DOCUMENTS)) {
  const document = new core.Document(await readFile(path, 'utf8'), parsers.Json, `${folder}openapi.json`)
  for (const { code, path, message } of await spectral.run(document)) {
    console.log(JSON.stringify({ code, path, message }))
  }
}
