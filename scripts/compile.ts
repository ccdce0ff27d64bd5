import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { transform } from 'esbuild'
import { filesIn } from './files-in.ts'

const sourceFolders = ['src', 'plugins', 'routes', 'test', 'bench', 'scripts']

/** Compiles every TypeScript file of the project into a folder, without checking types. */
export async function compile(folder: string) {
  const tsconfigRaw = await readFile('tsconfig.json', 'utf8')
  await Promise.all(
    sourceFolders
      .flatMap(filesIn)
      .filter((path) => path.endsWith('.ts'))
      .map(async (path) => {
        const { code } = await transform(await readFile(path, 'utf8'), {
          loader: 'ts',
          target: 'node20',
          sourcefile: pathToFileURL(path).href,
          sourcemap: 'inline',
          tsconfigRaw,
        })
        const target = join(folder, `${path}.js`)
        await mkdir(dirname(target), { recursive: true })
        await writeFile(target, code)
      }),
  )
}
