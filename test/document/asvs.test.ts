import { readFile } from 'node:fs/promises'
import t from 'tap'

/** The number of requirements of each level in docs/asvs.md. */
const listed = { L1: 56, L2: 126, L3: 56 }

const outcomes = ['holds', 'in part', 'does not hold', 'operator', 'does not apply']

interface Requirement {
  id: string
  level: string
  text: string
  outcome: string
  how: string
}

const document = await readFile('docs/security/asvs.md', 'utf8')
const requirements = [...document.matchAll(/^\| (V[\d.]+) \| (L\d) \| (.+?) \| ([\w ]+) \| (.+) \|$/gm)].map(
  ([, id = '', level = '', text = '', outcome = '', how = '']): Requirement => ({ id, level, text, outcome, how }),
)

t.test('every requirement is listed once with its outcome', async (t) => {
  t.equal(requirements.length, [...document.matchAll(/^\| V/gm)].length, 'each line of a requirement is parsed')
  t.strictSame(
    requirements.map(({ id }) => id),
    [...new Set(requirements.map(({ id }) => id))],
  )
  t.strictSame(countsOf(requirements.map(({ level }) => level)), listed)
  for (const { id, outcome, how } of requirements) {
    t.ok(outcomes.includes(outcome), `${id}: ${outcome}`)
    t.match(how, /`test\/|\]\(/, `${id} names a test or a page`)
    t.notMatch(how, /PENDING|TODO/, id)
  }
})

t.test('the summary counts match the requirements', async (t) => {
  const counts = [...document.matchAll(/^\| ([\w ]+?)(?::.*?)? \| (\d+) \|$/gm)].map(([, words, count]) => [
    words?.replace(/^holds in part/, 'in part').replace(/^left to the /, ''),
    Number(count),
  ])
  t.strictSame(Object.fromEntries(counts), countsOf(requirements.map(({ outcome }) => outcome)))
})

t.test('every test that is named exists', async (t) => {
  const titles = new Map<string, string[]>()
  for (const { id, how } of requirements) {
    for (const { path, name } of testsIn(how)) {
      if (!titles.has(path)) titles.set(path, await titlesIn(path))
      const found = titles.get(path)?.filter((title) => title.startsWith(name))
      t.equal(found?.length, 1, `${id}: ${path}, ${name}`)
    }
  }
})

/** `test/a.test.ts` “one”, “another”. */
function testsIn(how: string) {
  return [...how.matchAll(/`(test\/[\w/.-]+)`((?:,? “[^”]+”)+)/g)].flatMap(([, path = '', names = '']) =>
    [...names.matchAll(/“([^”]+)”/g)].map(([, name = '']) => ({ path, name })),
  )
}

/** The titles of a file's tests, as written in its source. */
async function titlesIn(path: string): Promise<string[]> {
  const source = await readFile(path, 'utf8')
  return [...source.matchAll(/\b(?:test|onBoth|underEach)\(\s*(?:t,\s*)?(['"`])((?:\\.|(?!\1).)*)\1/g)].map(
    ([, , title = '']) => title.replaceAll('\\', ''),
  )
}

function countsOf(words: string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}
