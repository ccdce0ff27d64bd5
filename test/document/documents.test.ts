import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { linksOf } from '../support/links.ts'

t.test('every link between documents leads to an existing file and heading', async (t) => {
  const pages = [
    'README.md',
    'SECURITY.md',
    'CONTRIBUTING.md',
    'assets/README.md',
    ...(await readdir('docs', { recursive: true }))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join('docs', name)),
  ]
  for (const page of pages) {
    for (const { target, path, anchor } of await linksOf(page)) {
      const exists = await stat(path).catch(() => false)
      t.ok(exists, `${page}: ${target}`)
      if (exists && anchor !== undefined) t.ok((await anchorsIn(path)).includes(anchor), `${page}: ${target}`)
    }
  }
})

/** The anchors that GitHub generates for the headings. */
async function anchorsIn(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8')
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  )
}

/** Imports and options that mark a source as using cryptography. */
const cryptographyPattern =
  /(?:from |import\()'(node:(crypto|tls)|argon2|@node-rs\/bcrypt|fast-jwt|@fastify\/jwt)'|rejectUnauthorized/

t.test('the inventory names exactly the sources that use cryptography', async (t) => {
  const sources = (await Promise.all(['src', 'plugins', 'routes'].map(sourcesIn))).flat()
  const found: string[] = []
  for (const path of sources) if (cryptographyPattern.test(await readFile(path, 'utf8'))) found.push(path)

  const document = await readFile('docs/security/cryptography.md', 'utf8')
  const [, inventory = ''] = /## Inventory\n([^]*?)\n## /.exec(document) ?? []
  const named = [...inventory.matchAll(/`((?:src|plugins|routes)\/[\w/-]+\.ts)`/g)].map(([, path]) => path)
  t.strictSame([...new Set(named)].sort(), found.sort())
})

t.test('each log line that operators are told to watch is one that the service writes', async (t) => {
  const document = await readFile('docs/operations/monitoring.md', 'utf8')
  const [, table = ''] = /\n\| `msg` \|.*\n([^]*?)\n\n/.exec(document) ?? []
  const messages = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, message = '']) => message)
  t.not(messages.length, 0)
  const sources = (await Promise.all(['src', 'plugins'].map(sourcesIn))).flat()
  const code = (await Promise.all(sources.map((path) => readFile(path, 'utf8')))).join('')
  for (const message of messages) t.ok(code.includes(`'${message}'`), message)
})

async function sourcesIn(folder: string) {
  const names = await readdir(folder, { recursive: true })
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name))
}
