import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

/** What gives a source something to do with cryptography. */
const signs = /from '(node:(crypto|tls)|argon2|@node-rs\/bcrypt|fast-jwt|@fastify\/jwt)'|rejectUnauthorized/

t.test('the inventory names every source that has to do with cryptography, and no other', async (t) => {
  const sources = (await Promise.all(['src', 'plugins', 'routes'].map(sourcesIn))).flat()
  const found: string[] = []
  for (const path of sources) if (signs.test(await readFile(path, 'utf8'))) found.push(path)

  const document = await readFile('docs/cryptography.md', 'utf8')
  const [, inventory = ''] = /## Inventory\n([^]*?)\n## /.exec(document) ?? []
  const named = [...inventory.matchAll(/`((?:src|plugins|routes)\/[\w/-]+\.ts)`/g)].map(([, path]) => path)
  t.strictSame([...new Set(named)].sort(), found.sort())
})

async function sourcesIn (folder: string) {
  const names = await readdir(folder, { recursive: true })
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name))
}
