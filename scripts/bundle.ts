/*
 * Bundles the command from dist/src into dist/bin. Without the bundle, a third of the start time is spent on resolving
 * and compiling the 700 small modules of Latchkey, Kysely and TypeBox. Other packages stay where npm installed them.
 * Also bundles the client for browsers and workers, which load it without a bundler.
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
await build({
  entryPoints: ['src/browser/client/index.ts'],
  outdir: 'dist/browser/client',
  bundle: true,
  // Only what is loaded for passkeys is another file.
  splitting: true,
  chunkNames: '[name]',
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
})
await writeLicences(folder, licences)
await writeLicences('dist/browser/client', { 'openapi-fetch': 'node_modules/openapi-fetch/LICENSE' })

/** Writes the licences of the packages inside a bundle. */
async function writeLicences(folder: string, paths: Record<string, string>) {
  const texts = Object.entries(paths).map(async ([name, path]) => `${name}\n\n${await readFile(path, 'utf8')}`)
  await writeFile(`${folder}/LICENSES.txt`, (await Promise.all(texts)).join('\n\n'))
}
