import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

interface Link {
  /** The link as the message has it. */
  target: string
  /** The file or folder that it leads to, relative to the project. */
  path: string
  anchor: string | undefined
}

/** The links from a page of the documentation to files of the project. */
export async function linksOf(page: string): Promise<Link[]> {
  const text = await readFile(page, 'utf8')
  return [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target = '']) => {
    const [path = '', anchor] = target.split('#')
    return { target, path: path === '' ? page : join(dirname(page), path), anchor }
  })
}
