import { build } from 'esbuild'

/** `assets/swagger-ui.js`: the plugin for Swagger UI as one script for browsers. */
export async function swaggerUiScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ['src/browser/swagger-ui/install.ts'],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    banner: { js: '/* Latchkey for Swagger UI, MIT. Written by npm run generate from src/browser. */' },
  })
  return outputFiles[0]!.text
}
