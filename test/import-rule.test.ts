// @lane packaging
import { ESLint } from 'eslint'
import t from 'tap'

const eslint = new ESLint()

/** Whether a file at that path may import that module. */
async function mayImport(filePath: string, module: string) {
  const [result] = await eslint.lintText(`import ${JSON.stringify(module)}\n`, { filePath })
  return result?.messages.every(({ ruleId }) => ruleId !== 'no-restricted-imports')
}

t.test('imports run routes -> plugins -> src, and never back', async (t) => {
  for (const [filePath, module] of [
    ['src/accounts/x.ts', 'fastify'],
    ['src/tokens/x.ts', '@fastify/jwt'],
    ['src/store/x.ts', 'fastify-plugin'],
    ['src/tokens/x.ts', '../../plugins/jwt.ts'],
    ['src/store/x.ts', '../../routes/index.ts'],
    ['src/accounts/x.ts', '../app.ts'],
    ['src/tokens/x.ts', '../accounts/sign-in.ts'],
    ['src/store/x.ts', '../tokens/sessions.ts'],
    ['src/accounts/x.ts', '../doctor/checks.ts'],
    ['src/doctor/x.ts', 'fastify'],
    ['src/config.ts', '../plugins/config.ts'],
    ['plugins/x.ts', '../routes/index.ts'],
    ['plugins/x.ts', '../src/app.ts'],
    ['routes/account/x.ts', '../../src/service.ts'],
  ] as const) {
    t.equal(await mayImport(filePath, module), false, `${filePath} must not import ${module}`)
  }
})

t.test('what runs the right way is allowed', async (t) => {
  for (const [filePath, module] of [
    ['src/app.ts', '../plugins/jwt.ts'],
    ['src/service.ts', 'fastify'],
    ['src/accounts/x.ts', '../tokens/sessions.ts'],
    ['src/tokens/x.ts', '../store/store.ts'],
    ['plugins/x.ts', '../src/tokens/sessions.ts'],
    ['plugins/x.ts', '@fastify/jwt'],
    ['routes/account/x.ts', '../../plugins/guard.ts'],
    ['routes/account/x.ts', '../../src/errors.ts'],
  ] as const) {
    t.equal(await mayImport(filePath, module), true, `${filePath} may import ${module}`)
  }
})
