import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import t from 'tap'

t.test('each link from one document to another leads somewhere', async (t) => {
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
    for (const [, target = ''] of (await readFile(page, 'utf8')).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [path = '', anchor] = target.split('#')
      const place = path === '' ? page : join(dirname(page), path)
      t.ok(await stat(place).catch(() => false), `${page}: ${target}`)
      if (anchor !== undefined) t.ok((await anchorsIn(place)).includes(anchor), `${page}: ${target}`)
    }
  }
})

/** What GitHub makes of its headings. */
async function anchorsIn(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8')
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  )
}

/** What gives a source something to do with cryptography. */
const signs =
  /(?:from |import\()'(node:(crypto|tls)|argon2|@node-rs\/bcrypt|fast-jwt|@fastify\/jwt)'|rejectUnauthorized/

t.test('the inventory names every source that has to do with cryptography, and no other', async (t) => {
  const sources = (await Promise.all(['src', 'plugins', 'routes'].map(sourcesIn))).flat()
  const found: string[] = []
  for (const path of sources) if (signs.test(await readFile(path, 'utf8'))) found.push(path)

  const document = await readFile('docs/security/cryptography.md', 'utf8')
  const [, inventory = ''] = /## Inventory\n([^]*?)\n## /.exec(document) ?? []
  const named = [...inventory.matchAll(/`((?:src|plugins|routes)\/[\w/-]+\.ts)`/g)].map(([, path]) => path)
  t.strictSame([...new Set(named)].sort(), found.sort())
})

async function sourcesIn(folder: string) {
  const names = await readdir(folder, { recursive: true })
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name))
}
