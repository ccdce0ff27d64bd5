/*
 * Bundles the command from dist/src into dist/bin. Without the bundle, a third of the start time is spent on resolving
 * and compiling the 700 small modules of Latchkey, Kysely and TypeBox. Other packages stay where npm installed them.
 */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'

const folder = 'dist/bin'
const licences = {
  kysely: 'node_modules/kysely/LICENSE',
  '@sinclair/typebox': 'node_modules/@sinclair/typebox/license',
}
const isBundled = (path: string) =>
  /^[./]/.test(path) || Object.keys(licences).some((name) => path === name || path.startsWith(`${name}/`))

await rm(folder, { recursive: true, force: true })
await build({
  entryPoints: { latchkey: 'dist/src/cli/cli.js' },
  outdir: folder,
  bundle: true,
  // Modules that a command imports dynamically stay separate files.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
  plugins: [
    {
      name: 'external-packages',
      setup: ({ onResolve }) =>
        onResolve({ filter: /.*/ }, ({ kind, path }) =>
          kind === 'entry-point' || isBundled(path) ? undefined : { path, external: true },
        ),
    },
  ],
})
const texts = await Promise.all(
  Object.entries(licences).map(async ([name, path]) => `${name}\n\n${await readFile(path, 'utf8')}`),
)
await writeFile(`${folder}/LICENSES.txt`, texts.join('\n\n'))
