// @lane packaging
import { ESLint } from 'eslint'
import t from 'tap'

const eslint = new ESLint()

/** @returns whether a file at that path may import that module */
async function mayImport(filePath: string, module: string) {
  const [result] = await eslint.lintText(`import ${JSON.stringify(module)}\n`, { filePath })
  return result?.messages.every(({ ruleId }) => ruleId !== 'no-restricted-imports')
}

t.test('imports point from routes to plugins to src and never back', async (t) => {
  for (const [filePath, module] of [
    ['src/accounts/x.ts', 'fastify'],
    ['src/tokens/x.ts', '@fastify/jwt'],
    ['src/store/sqlite/x.ts', 'fastify-plugin'],
    ['src/cli/doctor/x.ts', 'fastify'],
    ['src/lib/x.ts', 'fastify'],
    ['src/tokens/x.ts', '../../plugins/jwt.ts'],
    ['src/store/postgres/x.ts', '../../../routes/index.ts'],
    ['src/config/x.ts', '../../plugins/config.ts'],
    ['src/accounts/x.ts', '../app.ts'],
    ['plugins/x.ts', '../routes/index.ts'],
    ['plugins/x.ts', '../src/plugin.ts'],
    ['routes/account/x.ts', '../../src/service.ts'],
  ] as const) {
    t.equal(await mayImport(filePath, module), false, `${filePath} must not import ${module}`)
  }
})

t.test('a room imports only the rooms below it', async (t) => {
  for (const [filePath, module] of [
    ['src/tokens/x.ts', '../accounts/index.ts'],
    ['src/store/x.ts', '../tokens/index.ts'],
    ['src/accounts/x.ts', '../cli/index.ts'],
    ['src/passwords/formats/x.ts', '../../throttling/index.ts'],
    ['src/lib/x.ts', '../errors/index.ts'],
  ] as const) {
    t.equal(await mayImport(filePath, module), false, `${filePath} must not import ${module}`)
  }
})

t.test('a room is imported only through its index', async (t) => {
  for (const [filePath, module] of [
    ['src/accounts/x.ts', '../tokens/sessions.ts'],
    ['src/cli/commands/x.ts', '../../store/sqlite/copy.ts'],
    ['plugins/x.ts', '../src/tokens/sessions.ts'],
    ['routes/account/x.ts', '../../src/errors/api-error.ts'],
  ] as const) {
    t.equal(await mayImport(filePath, module), false, `${filePath} must not import ${module}`)
  }
})

t.test('imports in the right direction are allowed', async (t) => {
  for (const [filePath, module] of [
    ['src/app.ts', '../plugins/jwt.ts'],
    ['src/service.ts', 'fastify'],
    ['src/accounts/x.ts', '../tokens/index.ts'],
    ['src/store/sqlite/x.ts', '../schema.ts'],
    ['src/tokens/x.ts', '../lib/time.ts'],
    ['src/cli/x.ts', '../server.ts'],
    ['plugins/x.ts', '../src/tokens/index.ts'],
    ['plugins/x.ts', '@fastify/jwt'],
    ['routes/account/x.ts', '../../plugins/guard.ts'],
    ['routes/account/x.ts', '../../src/errors/index.ts'],
  ] as const) {
    t.equal(await mayImport(filePath, module), true, `${filePath} may import ${module}`)
  }
})
