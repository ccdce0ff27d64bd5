import { readFile } from 'node:fs/promises'

/** The code blocks of a language in a page of the documentation, in their order. */
export async function snippetsOf(page: string, language: string) {
  const text = await readFile(page, 'utf8')
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(([, code = '']) => code)
}
