/*
 * Writes what is derived from the code: openapi.json, .env.example and the README's table of settings. With --check it
 * writes nothing and fails if one of them is outdated.
 */
import { readFile, writeFile } from 'node:fs/promises'
import type { TSchema } from '@sinclair/typebox'
import { describeAllowed, environmentName, Settings, settingsFromEnvironment } from '../src/config/index.ts'
import { createService } from '../src/service.ts'

const files: Record<string, string> = {
  'openapi.json': await openApiDocument(),
  '.env.example': environmentExample(),
  'README.md': between(await readFile('README.md', 'utf8'), 'settings', settingsTable()),
}

if (process.argv.includes('--check')) {
  const stale: string[] = []
  for (const [path, content] of Object.entries(files)) {
    if ((await readFile(path, 'utf8').catch(() => '')) !== content) stale.push(path)
  }
  if (stale.length > 0) {
    console.error(`Not up to date: ${stale.join(', ')}. Run: npm run generate`)
    process.exitCode = 1
  }
} else {
  for (const [path, content] of Object.entries(files)) await writeFile(path, content)
}

async function openApiDocument() {
  const app = await createService(settingsFromEnvironment({ DATABASE_URL: ':memory:', LOG_LEVEL: 'silent' }))
  await app.ready()
  const document = JSON.stringify(app.swagger(), null, 2) + '\n'
  await app.close()
  return document
}

function environmentExample() {
  const entries = settings().map(({ name, schema, fallback }) =>
    [
      `# ${schema.description?.replaceAll('`', '')}`,
      `# Allowed: ${describeAllowed(schema).replaceAll('`', '')}`,
      schema.default === undefined || schema.fallback !== undefined
        ? `# Default: ${fallback.replaceAll('`', '')}\n#${name}=`
        : `#${name}=${quoted(asText(schema.default))}`,
    ].join('\n'),
  )
  const heading = '# Copy to .env and remove the # of what you change. Variables that are set already win.'
  return `${[heading, ...entries].join('\n\n')}\n`
}

function settingsTable() {
  const rows = settings().map(
    ({ name, schema, fallback }) =>
      `| \`${name}\` | ${fallback} | ${schema.description} | ${describeAllowed(schema)} |`,
  )
  return ['| name | default | what it is | what it may be |', '|---|---|---|---|', ...rows].join('\n')
}

function settings() {
  return Object.entries<TSchema>(Settings.properties).map(([name, schema]) => {
    const fallback: string = schema.fallback ?? `\`${asText(schema.default)}\``
    return { name: environmentName(name), schema, fallback }
  })
}

function asText(value: unknown) {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)
}

/** In a .env file, # starts a comment. */
function quoted(text: string) {
  return text.includes('#') ? `"${text}"` : text
}

/** Replaces the text between two marks. */
function between(text: string, mark: string, replacement: string) {
  const marked = new RegExp(`(<!-- ${mark} -->\\n)[^]*?(<!-- /${mark} -->)`)
  if (!marked.test(text)) throw new Error(`README.md has no <!-- ${mark} -->`)
  return text.replace(marked, (_all, before, after) => `${before}${replacement}\n${after}`)
}
